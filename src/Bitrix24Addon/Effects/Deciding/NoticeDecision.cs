using NodaTime;

namespace Bitrix24Addon.Effects.Deciding;

/// <summary>Decides which notifications a person gets now, which wait, and which are told together. Nothing is dropped.</summary>
public static class NoticeDecision
{
    /// <summary>
    /// Urgent ones pass. Of one cause only the last is told, once a day. What remains waits for a time at which the person may be told, and
    /// while his day has room it is sent; the last room of a day tells all the rest together.
    /// </summary>
    public static NoticePlan Decide(NoticeFacts facts)
    {
        var urgent = facts.Waiting.Where(w => w.Notice.IsUrgent).ToList();
        var plan = new Plan(facts, [.. urgent.Select(w => w.Id)]);
        var candidates = new List<WaitingNotice>();
        foreach (var cause in facts.Waiting.Except(urgent).GroupBy(w => w.Notice.Cause).Select(g => g.ToList()).OrderBy(g => g[^1].Id))
        {
            var last = cause[^1];
            plan.Told.AddRange(cause.SkipLast(1).Select(earlier => (earlier.Id, last.Id)));
            if (plan.NeedsRoom(last))
            {
                candidates.Add(last);
            }
        }

        plan.Share(candidates, facts.MostADay - facts.SentToday.Select(s => s.Notice.Cause).Concat(urgent.Select(w => w.Notice.Cause)).Distinct().Count());
        return new NoticePlan(plan.Send, plan.Held, plan.Told, plan.Digest);
    }

    private sealed class Plan(NoticeFacts facts, List<long> send)
    {
        private readonly bool _mayBeTold = facts.Time.MayBeTold(facts.Now);

        public List<long> Send { get; } = send;

        public List<HeldNotice> Held { get; } = [];

        public List<(long Id, long ToldById)> Told { get; } = [];

        public List<WaitingNotice> Digest { get; } = [];

        /// <summary>Whether it is to be sent and takes one of the day's rooms; decides about it where it does not.</summary>
        public bool NeedsRoom(WaitingNotice waiting)
        {
            var sent = facts.SentToday.LastOrDefault(s => s.Notice.Cause == waiting.Notice.Cause);
            if (sent?.Notice.Text == waiting.Notice.Text)
            {
                Told.Add((waiting.Id, sent.Id));
            }
            else if (sent is not null && !waiting.Notice.Replaces)
            {
                Hold(waiting, TomorrowMorning, HeldFor.SameCause);
            }
            else if (!_mayBeTold)
            {
                Hold(waiting, facts.Time.NextTelling(facts.Now), waiting.HeldFor == HeldFor.Budget ? HeldFor.Budget : HeldFor.QuietTime);
            }
            else if (sent is not null)
            {
                // It takes the place of what he saw today.
                Send.Add(waiting.Id);
            }
            else
            {
                return true;
            }

            return false;
        }

        /// <summary>Shares the rooms that the day has left.</summary>
        public void Share(List<WaitingNotice> candidates, int rooms)
        {
            // What one notification failed to tell is told by itself: whatever it was refused for, others must not share it.
            var alone = candidates.FindAll(c => c.HeldFor == HeldFor.TellerRefused);
            Send.AddRange(alone.Take(rooms).Select(c => c.Id));
            alone.Skip(rooms).ToList().ForEach(c => Hold(c, TomorrowMorning, HeldFor.Budget));
            rooms -= Math.Min(alone.Count, Math.Max(rooms, 0));
            candidates = candidates.FindAll(c => c.HeldFor != HeldFor.TellerRefused);

            // What was over the budget of an earlier day is told in one.
            var late = candidates.FindAll(c => c.HeldFor == HeldFor.Budget);
            var fresh = candidates.FindAll(c => c.HeldFor != HeldFor.Budget);
            if (fresh.Count + Math.Min(late.Count, 1) <= rooms)
            {
                Send.AddRange(fresh.Select(c => c.Id));
                TellTogether(late);
            }
            else if (rooms > 0)
            {
                Send.AddRange(fresh.Take(rooms - 1).Select(c => c.Id));
                TellTogether([.. late.Concat(fresh.Skip(rooms - 1)).OrderBy(c => c.Id)]);
            }
            else
            {
                candidates.ForEach(c => Hold(c, TomorrowMorning, HeldFor.Budget));
            }
        }

        private Instant TomorrowMorning => facts.Time.NextTelling(facts.Time.StartOfNextDay(facts.Now));

        private void Hold(WaitingNotice waiting, Instant until, HeldFor heldFor) =>
            Held.Add(new HeldNotice(waiting.Id, until, waiting.HeldFor == HeldFor.TellerRefused ? HeldFor.TellerRefused : heldFor));

        private void TellTogether(List<WaitingNotice> notices)
        {
            if (notices is [var single])
            {
                Send.Add(single.Id);
            }
            else
            {
                Digest.AddRange(notices);
            }
        }
    }
}
