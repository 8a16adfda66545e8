using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Bitrix24.Client.Rows;
using Bitrix24Addon.Facts;
using NodaTime;

namespace Bitrix24Addon.Collect;

/// <summary>What calendars said.</summary>
/// <param name="Events">Events that are over.</param>
/// <param name="Absences">Absences, also those to come.</param>
/// <param name="UnreadableAbsences">Whose absences have times that cannot be understood, once for each.</param>
/// <param name="OfEvents">How the reading of events went.</param>
/// <param name="OfAbsences">How the reading of absences went.</param>
public sealed record CalendarRead(
    IReadOnlyList<Observation> Events, IReadOnlyList<Observation> Absences, IReadOnlyList<long> UnreadableAbsences, ReadingOutcome OfEvents, ReadingOutcome OfAbsences);

/// <summary>What some calendar entries are now.</summary>
/// <param name="Rows">Their rows; of each recurring event the occurrences in the days that were asked for.</param>
/// <param name="ReadEventIds">The events of which all was read: what we hold of them and is not among the rows is gone.</param>
/// <param name="GoneEntryIds">Entries that were deleted.</param>
/// <param name="Errors">Why entries could not be read, by entry.</param>
public sealed record EntriesRead(
    IReadOnlyList<CalendarEvent> Rows, IReadOnlySet<long> ReadEventIds, IReadOnlySet<long> GoneEntryIds, IReadOnlyDictionary<long, Bitrix24Error> Errors);

/// <summary>Reads calendars: events one command a person, absences one command for many people.</summary>
/// <param name="calls">Makes the calls.</param>
public sealed class CalendarReader(ManyCalls calls)
{
    private const int PeoplePerCommand = 50;

    /// <summary>Reads calendars of people.</summary>
    /// <param name="users">The people.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day of events.</param>
    /// <param name="absencesTo">The last day of absences.</param>
    /// <param name="rows">Reads the rows.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<CalendarRead> ReadAsync(
        IReadOnlyList<long> users, LocalDate from, LocalDate to, LocalDate absencesTo, CalendarRows rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(rows);
        var groups = users.Chunk(PeoplePerCommand).ToList();
        var ofEvents = users.Select(user => CalendarMethods.ListEvents(user, from.ToDateOnly(), to.ToDateOnly())).ToList();
        var ofAbsences = groups.Select(group => CalendarMethods.ListBusy(group, from.ToDateOnly(), absencesTo.ToDateOnly())).ToList();
        var answers = await calls.AskAsync([.. ofEvents, .. ofAbsences], cancellationToken).ConfigureAwait(false);

        var events = answers.Of(0, users.Count).SelectMany(a => a.Answer.Result.AsList(Bitrix24JsonContext.Default.CalendarEvent)
            .Select(row => row with { OwnerId = row.OwnerId ?? users[a.Index] }));
        var (people, ofPeople) = await OneByOneAsync(groups, answers.Outcomes.Skip(users.Count).ToList(), from, absencesTo, cancellationToken).ConfigureAwait(false);
        var read = ofPeople.Of(0, people.Count)
            .SelectMany(a => people[a.Index].SelectMany(user => rows.Absences(user, a.Answer.Result.AsList(
                Bitrix24JsonContext.Default.BusyStretch, user.ToString(System.Globalization.CultureInfo.InvariantCulture))).Select(absence => (User: user, Absence: absence))))
            .ToList();
        return new CalendarRead(
            rows.Events(events),
            [.. read.Select(r => r.Absence).OfType<Observation>().DistinctBy(a => a.SourceId)],
            [.. read.Where(r => r.Absence is null).Select(r => r.User)],
            answers.HowOf(0, users.Count, index => [users[index]]),
            ofPeople.HowOf(0, people.Count, index => people[index]));
    }

    /// <summary>One person who may not be asked about must not hide the forty-nine who are asked with him.</summary>
    private async Task<(List<long[]> People, ManyAnswers Answers)> OneByOneAsync(
        List<long[]> groups, List<CommandOutcome> outcomes, LocalDate from, LocalDate to, CancellationToken cancellationToken)
    {
        var refused = groups.Where((group, index) => group.Length > 1
            && outcomes[index].Error is { IsRefusal: true, Kind: not (Bitrix24ErrorKind.InsufficientScope or Bitrix24ErrorKind.MethodNotFound) }).ToList();
        var alone = refused.SelectMany(group => group).Select(user => new[] { user }).ToList();
        var answers = await calls.AskAsync([.. alone.Select(user => CalendarMethods.ListBusy(user, from.ToDateOnly(), to.ToDateOnly()))], cancellationToken)
            .ConfigureAwait(false);
        var answered = groups.Select((group, index) => (group, index)).Where(g => !refused.Contains(g.group)).ToList();
        return ([.. answered.Select(g => g.group), .. alone], new ManyAnswers([.. answered.Select(g => outcomes[g.index]), .. answers.Outcomes]));
    }

    /// <summary>Reads entries by id, as an event of the portal names them.</summary>
    /// <param name="entryIds">The entries.</param>
    /// <param name="from">The first day of recurring events.</param>
    /// <param name="to">The last day of recurring events.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<EntriesRead> ReadEntriesAsync(IReadOnlyList<long> entryIds, LocalDate from, LocalDate to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entryIds);
        var answers = await calls.AskAsync([.. entryIds.Select(CalendarMethods.GetEvent)], cancellationToken).ConfigureAwait(false);
        var errors = entryIds.Zip(answers.Outcomes).Where(e => e.Second.Error is not null).ToDictionary(e => e.First, e => e.Second.Error!);
        var entries = answers.Of(0, entryIds.Count)
            .Select(a => (Id: entryIds[a.Index], Row: a.Answer.Result.As(Bitrix24JsonContext.Default.CalendarEvent))).ToList();
        var found = entries.Where(e => e.Row is { Id: > 0, Deleted: not true, StartUnixSeconds: not null }).ToList();
        var recurring = found.FindAll(e => CalendarRows.IsRecurring(e.Row!));
        var (owners, calendars) = await CalendarsOfAsync([.. recurring.Select(e => e.Row!)], from, to, cancellationToken).ConfigureAwait(false);
        foreach (var entry in recurring)
        {
            var index = owners.IndexOf(entry.Row!.OwnerId ?? 0);
            if (index >= 0 && calendars.Outcomes[index].Error is { } error)
            {
                errors[entry.Id] = error;
            }
        }

        var series = recurring.Select(e => CalendarRows.EventIdOf(e.Row!)).ToHashSet();
        var occurrences = calendars.Of(0, owners.Count).SelectMany(a => a.Answer.Result.AsList(Bitrix24JsonContext.Default.CalendarEvent))
            .Where(row => series.Contains(CalendarRows.EventIdOf(row)));
        return new EntriesRead(
            [.. found.Except(recurring).Select(e => e.Row!), .. occurrences],
            found.GroupBy(e => CalendarRows.EventIdOf(e.Row!)).Where(g => g.All(e => !errors.ContainsKey(e.Id) && (e.Row!.OwnerId > 0 || !CalendarRows.IsRecurring(e.Row))))
                .Select(g => g.Key).ToHashSet(),
            entries.Where(e => e.Row is not { Id: > 0, Deleted: not true }).Select(e => e.Id).ToHashSet(),
            errors);
    }

    /// <summary>The calendars in which recurring events have their occurrences.</summary>
    private async Task<(List<long> Owners, ManyAnswers Calendars)> CalendarsOfAsync(
        IReadOnlyList<CalendarEvent> recurring, LocalDate from, LocalDate to, CancellationToken cancellationToken)
    {
        var owners = recurring.Select(row => row.OwnerId).OfType<long>().Distinct().ToList();
        return (owners, await calls.AskAsync(
            [.. owners.Select(owner => CalendarMethods.ListEvents(owner, from.ToDateOnly(), to.ToDateOnly()))], cancellationToken).ConfigureAwait(false));
    }
}
