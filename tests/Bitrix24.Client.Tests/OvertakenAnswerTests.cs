namespace Bitrix24.Client.Tests;

/// <summary>
/// What is believed of a method's operating time while answers come in another order than the portal worked: batches of 50 commands of 0.1 s, 440 of 470
/// seconds used by others before. A step of a seed is one of: the portal works a request, an answer arrives, the clock goes on.
/// </summary>
public sealed class OvertakenAnswerTests
{
    private const int Commands = 50, Seeds = 3000;
    private const double Limit = 470, Before = 440, BatchSeconds = 5;

    private static readonly DateTimeOffset Start = new(2025, 11, 3, 9, 0, 20, TimeSpan.Zero);

    [Fact]
    public void An_answer_that_was_overtaken_within_one_instant_frees_nothing()
    {
        var portal = new Account(Start, countsMinutes: false);
        var usage = new MethodUsage(isBatch: false);
        usage.Observe(Start, Start, portal.Work(Start));
        for (var count = 0; count < 5; count++)
        {
            Assert.True(usage.Fits(Start, Commands, Limit));
            usage.Reserve(Commands);
        }

        foreach (var answers in Enumerable.Range(0, 5).Select(_ => portal.Work(Start)).Reverse())
        {
            usage.Observe(Start, Start, answers);
            usage.Release(Commands);
            Assert.False(usage.Fits(Start, Commands, Limit));
        }

        Assert.Equal(Limit, usage.Used(Start), 0.001);
    }

    [Theory]
    [InlineData(1e-11)]
    [InlineData(1e-7)]
    [InlineData(2)]
    public void What_is_left_over_of_a_figure_is_not_taken_for_what_a_command_costs(double leftOver)
    {
        var usage = new MethodUsage(isBatch: false);
        usage.Observe(Start, Start, Answers(Before));
        usage.Reserve(Commands);
        usage.Reserve(Commands);

        // As much as the first used had left the window when the second began, which is answered first.
        var answeredAt = Start.AddSeconds(3);
        usage.Observe(answeredAt, Start, Answers(Before + BatchSeconds + leftOver));
        usage.Release(Commands);
        usage.Observe(answeredAt, Start, Answers(Before + BatchSeconds));
        usage.Release(Commands);

        usage.Reserve(Commands);
        usage.Reserve(Commands);
        usage.Reserve(Commands);
        usage.Reserve(Commands);
        Assert.False(usage.Fits(answeredAt, Commands, Limit));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 7)]
    [InlineData(true, 0)]
    [InlineData(true, 7)]
    public void Whatever_the_order_at_most_one_batch_passes_the_limit(bool countsMinutes, int stepMilliseconds)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var most = Play(new Random(seed), countsMinutes, TimeSpan.FromMilliseconds(stepMilliseconds));

            // What left the window while answers were on their way may hide what one of them used.
            Assert.True(most < Limit + BatchSeconds + 0.001, $"Seed {seed}: {most} s were used.");
        }
    }

    private static double Play(Random random, bool countsMinutes, TimeSpan step)
    {
        var now = Start;
        var portal = new Account(now, countsMinutes);
        var usage = new MethodUsage(isBatch: false);
        usage.Observe(now, now, portal.Work(now));
        var (left, sent, worked) = (150, new List<DateTimeOffset>(), new List<(DateTimeOffset SentAt, AnswerTime[] Answers)>());
        while (left + sent.Count + worked.Count > 0)
        {
            now += step;
            for (; left > 0 && usage.Fits(now, Commands, Limit); left--)
            {
                usage.Reserve(Commands);
                sent.Add(now);
            }

            var choice = random.Next(41);
            if (choice == 40 || sent.Count + worked.Count == 0)
            {
                now += TimeSpan.FromSeconds(sent.Count + worked.Count == 0 ? random.Next(120) : random.NextDouble() * 2);
            }
            else if (worked.Count == 0 || (choice < 20 && sent.Count > 0))
            {
                var sentAt = Take(random, sent);
                worked.Add((sentAt, portal.Work(now)));
            }
            else
            {
                var (sentAt, answers) = Take(random, worked);
                usage.Observe(now, sentAt, answers);
                usage.Release(Commands);
            }
        }

        return portal.Most;
    }

    private static AnswerTime[] Answers(double used) =>
        [.. Enumerable.Range(1, Commands).Select(command => new AnswerTime(BatchSeconds / Commands, null, null, used + (command * BatchSeconds / Commands), null))];

    private static T Take<T>(Random random, List<T> from)
    {
        var index = random.Next(from.Count);
        var taken = from[index];
        from.RemoveAt(index);
        return taken;
    }

    /// <summary>The portal's own account: what was used leaves after ten minutes, or with the minute in which it was used.</summary>
    private sealed class Account(DateTimeOffset start, bool countsMinutes)
    {
        private readonly List<(DateTimeOffset LeavesAt, double Seconds)> _charges = [(LeavesAt(start, countsMinutes), Before)];

        public double Most { get; private set; }

        public AnswerTime[] Work(DateTimeOffset now)
        {
            _charges.RemoveAll(charge => charge.LeavesAt <= now);
            var used = _charges.Sum(charge => charge.Seconds);
            _charges.Add((LeavesAt(now, countsMinutes), BatchSeconds));
            Most = Math.Max(Most, used + BatchSeconds);
            DateTimeOffset? resetAt = countsMinutes ? _charges.Min(charge => charge.LeavesAt) : null;
            return [.. Enumerable.Range(1, Commands).Select(command => new AnswerTime(
                BatchSeconds / Commands, countsMinutes ? now : null, countsMinutes ? now : null, used + (command * BatchSeconds / Commands), resetAt))];
        }

        private static DateTimeOffset LeavesAt(DateTimeOffset now, bool countsMinutes) =>
            countsMinutes ? new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMinute), now.Offset).AddMinutes(10) : now.AddMinutes(10);
    }
}
