using Bitrix24Addon.Handoffs.Deciding;
using Bitrix24Addon.Rules.Documents;
using CsCheck;

namespace Bitrix24Addon.Tests.Handoffs;

/// <summary>When a tier is held back, and when it goes on.</summary>
public sealed class QueueDecisionTests
{
    private static readonly RuleName Alternative = new("Иная работа", "Other work");

    private static readonly Gen<QueueLimit> Limits = Gen.Select(Gen.Int[1, 100], Gen.Int[0, 500], Gen.Int[-1, 99], (most, wait, resume) => new QueueLimit
    {
        Most = most, MostWait = wait == 0 ? null : wait, ResumeAt = resume >= 0 && resume < most ? resume : null, Alternative = Alternative,
    });

    private static readonly Gen<(int Waiting, int Taken, int Minutes)[]> Days = Gen.Select(Gen.Int[0, 200], Gen.Int[0, 50], Gen.Int[0, 480]).Array[1, 60];

    [Theory]
    [InlineData(40, 40, 240, false, QueueStep.None)]
    [InlineData(41, 100, 240, false, QueueStep.Pause)]
    [InlineData(30, 30, 240, false, QueueStep.None)]
    [InlineData(31, 30, 240, false, QueueStep.Pause)]
    [InlineData(10, 0, 24, false, QueueStep.None)]
    [InlineData(10, 0, 25, false, QueueStep.Pause)]
    [InlineData(10, 0, 0, false, QueueStep.None)]
    [InlineData(26, 100, 240, true, QueueStep.None)]
    [InlineData(25, 100, 240, true, QueueStep.Resume)]
    [InlineData(25, 30, 240, true, QueueStep.None)]
    [InlineData(0, 0, 240, true, QueueStep.Resume)]
    public void It_stops_above_a_limit_and_goes_on_well_below_both(int waiting, int taken, int minutes, bool isPaused, QueueStep step)
    {
        var limit = new QueueLimit { Most = 40, MostWait = 240, ResumeAt = 25, Alternative = Alternative };

        Assert.Equal(step, QueueDecision.Decide(limit, new QueueFacts(5, waiting, taken, minutes, isPaused ? 1 : null)));
    }

    [Fact]
    public void Deciding_again_changes_nothing_and_between_a_stop_and_a_start_the_queue_has_shrunk() => Gen.Select(Limits, Days).Sample((limit, days) =>
    {
        long? pausedSinceMs = null;
        foreach (var (now, (waiting, taken, minutes)) in days.Select((day, i) => ((long)i, day)))
        {
            var facts = new QueueFacts(now, waiting, taken, minutes, pausedSinceMs);
            var step = QueueDecision.Decide(limit, facts);
            pausedSinceMs = step switch { QueueStep.Pause => now, QueueStep.Resume => null, _ => pausedSinceMs };
            Assert.Equal(QueueStep.None, QueueDecision.Decide(limit, facts with { PausedSinceMs = pausedSinceMs }));
            Assert.True(step != QueueStep.Resume || waiting < limit.Most);
            Assert.True(pausedSinceMs is not null || waiting <= limit.Most);
        }
    });
}
