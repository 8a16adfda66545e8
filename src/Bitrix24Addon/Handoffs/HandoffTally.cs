namespace Bitrix24Addon.Handoffs;

/// <summary>What would have become of some handoffs, counted.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="InTime">Taken up in time.</param>
/// <param name="Late">Taken up late, or not at all until their time was over.</param>
/// <param name="Open">Not taken up, with time left.</param>
/// <param name="Escalated">The head would have been asked to decide.</param>
/// <param name="MedianMinutes">Median of the working minutes until they were taken up; null when none was.</param>
/// <param name="NinetiethMinutes">So many working minutes nine of ten of them took at most (nearest rank); null when none was taken up.</param>
public sealed record HandoffTally(int Count, int InTime, int Late, int Open, int Escalated, decimal? MedianMinutes, long? NinetiethMinutes)
{
    /// <summary>Counts.</summary>
    /// <param name="handoffs">The handoffs.</param>
    public static HandoffTally Of(IReadOnlyCollection<WhatIfHandoff> handoffs)
    {
        ArgumentNullException.ThrowIfNull(handoffs);
        var minutes = handoffs.Select(h => h.Minutes).OfType<long>().Order().ToList();
        int Are(HandoffHindsight outcome) => handoffs.Count(h => h.Outcome == outcome);
        return new HandoffTally(
            handoffs.Count, Are(HandoffHindsight.InTime), Are(HandoffHindsight.Late), Are(HandoffHindsight.Open), handoffs.Count(h => h.IsEscalated),
            minutes.Count == 0 ? null : (minutes[(minutes.Count - 1) / 2] + minutes[minutes.Count / 2]) / 2m,
            minutes.Count == 0 ? null : minutes[((minutes.Count * 9) + 9) / 10 - 1]);
    }
}
