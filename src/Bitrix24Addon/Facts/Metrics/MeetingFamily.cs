namespace Bitrix24Addon.Facts.Metrics;

/// <summary>
/// Meetings held, presentations and past meetings nobody confirmed, from CRM activities and calendar events together: a meeting that
/// stands in both is one.
/// </summary>
internal sealed class MeetingFamily(MetricContext context) : DayFamily(context)
{
    public override IReadOnlyList<string> Metrics { get; } =
        [MetricCatalogue.Meetings, MetricCatalogue.Presentations, MetricCatalogue.MeetingsPlannedPast];

    public override IReadOnlyList<FactKind> Anchors { get; } = [FactKind.Activity, FactKind.CalendarEvent];

    // Without calendars the meetings of activities can still be told.
    public override IReadOnlyList<FactKind> CountedFrom(string metric) =>
        metric == MetricCatalogue.MeetingsPlannedPast ? Anchors : [FactKind.Activity];

    // Tasks to do that are bound to an event.
    public override IReadOnlyList<FactKind> AddedFrom(string metric) => [FactKind.CalendarEvent];

    public override async Task<IReadOnlySet<int>> TouchedDaysAsync(
        FactReader facts, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken)
    {
        var relevant = changes.Where(c => c.Kind == FactKind.CalendarEvent
            || (c.Kind == FactKind.Activity && c.Payloads<ActivityFact>().Any(IsCandidate))).ToList();
        var entries = relevant.Where(c => c.Kind == FactKind.CalendarEvent).SelectMany(c => c.Payloads<CalendarEventFact>()).SelectMany(e => e.EntryIds)
            .Concat(relevant.Where(c => c.Kind == FactKind.Activity).SelectMany(c => c.Payloads<ActivityFact>()).Select(a => a.CalendarEntryId).OfType<long>());
        var (activities, events) = await ConnectedAsync(facts, entries, cancellationToken).ConfigureAwait(false);
        return OwnDays(relevant)
            .Concat(activities.Select(a => a.OccurredAtMs).Concat(events.Select(e => e.OccurredAtMs)).Select(Days.DayOf)).ToHashSet();
    }

    public override async Task<IEnumerable<Contribution>> ReadAsync(
        FactReader facts, IReadOnlySet<int> days, CancellationToken cancellationToken)
    {
        var onDays = (await facts.OccurredAsync<ActivityFact>(FactKind.Activity, days, cancellationToken).ConfigureAwait(false))
            .FindAll(a => IsCandidate(a.Data));
        var planned = (await facts.OccurredAsync<CalendarEventFact>(FactKind.CalendarEvent, days, cancellationToken).ConfigureAwait(false))
            .FindAll(e => e.Data.CrmObjects.Count > 0);
        var (connected, events) = await ConnectedAsync(
            facts,
            onDays.Select(a => a.Data.CalendarEntryId).OfType<long>().Concat(planned.SelectMany(e => e.Data.EntryIds)),
            cancellationToken).ConfigureAwait(false);

        var meetings = Held(onDays.Concat(connected).DistinctBy(a => a.Id), events);
        var held = meetings.Select(m => m.EventId).OfType<long>().ToHashSet();
        return meetings.SelectMany(Of).Concat(planned.Where(e => !held.Contains(e.Id)).SelectMany(Unconfirmed)).Where(c => days.Contains(c.Day));
    }

    private static bool IsMeeting(ActivityFact activity) => activity.TypeId == 1 || activity.ProviderId == "CRM_MEETING";

    private static bool IsCandidate(ActivityFact activity) =>
        IsMeeting(activity) || activity is { ProviderId: "CRM_TODO", CalendarEntryId: not null };

    /// <summary>All events that have one of the entries, and all activities that name one of those events.</summary>
    private static async Task<(List<Fact<ActivityFact>> Activities, List<Fact<CalendarEventFact>> Events)> ConnectedAsync(
        FactReader facts, IEnumerable<long> entries, CancellationToken cancellationToken)
    {
        var ids = entries.ToHashSet();
        var events = (await facts.LinkedAsync<CalendarEventFact>(FactKind.CalendarEvent, ids.Select(FactKeys.CalendarEntry), cancellationToken)
            .ConfigureAwait(false)).Select(l => l.Fact).DistinctBy(e => e.Id).ToList();
        ids.UnionWith(events.SelectMany(e => e.Data.EntryIds));
        var activities = (await facts.LinkedAsync<ActivityFact>(FactKind.Activity, ids.Select(FactKeys.CalendarEntry), cancellationToken)
            .ConfigureAwait(false)).Select(l => l.Fact).DistinctBy(a => a.Id).ToList();
        return (activities.FindAll(a => IsCandidate(a.Data)), events);
    }

    /// <summary>Each meeting once: by its calendar event and occurrence where it names one, else by its activity; the earliest stands for it.</summary>
    private List<Meeting> Held(IEnumerable<Fact<ActivityFact>> activities, List<Fact<CalendarEventFact>> events)
    {
        var byEntry = events.SelectMany(e => e.Data.EntryIds.Select(entry => (Entry: entry, Event: e))).ToLookup(e => e.Entry, e => e.Event);
        var meetings = new Dictionary<(bool IsEvent, long Id, int Day), Meeting>();
        foreach (var activity in activities.Where(a => a.Data.Completed).OrderBy(a => a.OccurredAtMs).ThenBy(a => a.Id))
        {
            var day = Days.DayOf(activity.OccurredAtMs);
            var entries = activity.Data.CalendarEntryId is { } entry ? byEntry[entry].ToList() : [];
            if (entries.Count == 0 && !IsMeeting(activity.Data))
            {
                continue;
            }

            var occurrence = entries.Find(e => !e.Data.IsRecurring || Days.DayOf(e.OccurredAtMs) == day);
            var key = entries.Count == 0 ? (false, activity.Id, 0)
                : (true, entries[0].Data.EventId, occurrence?.Data.IsRecurring == false ? 0 : day);
            var isPresentation = activity.Data.IsPresentation || occurrence?.Data.IsPresentation == true;
            meetings[key] = meetings.TryGetValue(key, out var known)
                ? known with { IsPresentation = known.IsPresentation || isPresentation }
                : new Meeting(activity, occurrence?.Id, isPresentation);
        }

        return [.. meetings.Values];
    }

    private IEnumerable<Contribution> Of(Meeting meeting)
    {
        var activity = meeting.Activity;
        var held = new Contribution(
            MetricCatalogue.Meetings, Days.DayOf(activity.OccurredAtMs), activity.Data.ResponsibleId, 1, FactKind.Activity, activity.Id) { AtMs = activity.OccurredAtMs };
        return meeting.IsPresentation ? [held, held with { Metric = MetricCatalogue.Presentations }] : [held];
    }

    private IEnumerable<Contribution> Unconfirmed(Fact<CalendarEventFact> fact) => fact.Data.People.Where(p => p.TakesPart)
        .Select(p => new Contribution(MetricCatalogue.MeetingsPlannedPast, Days.DayOf(fact.OccurredAtMs), p.UserId, 1, FactKind.CalendarEvent, fact.Id) { AtMs = fact.OccurredAtMs });

    /// <summary>A meeting held, by the activity that stands for it.</summary>
    private sealed record Meeting(Fact<ActivityFact> Activity, long? EventId, bool IsPresentation);
}
