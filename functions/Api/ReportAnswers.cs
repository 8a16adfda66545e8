using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;

namespace Bitrix24Addon.Functions.Api;

/// <summary>Dashboards, records and days as the pages read them: codes for the page, words for its reader.</summary>
internal static class ReportAnswers
{
    // What "My day" shows of each day of the week beside the norms.
    private static readonly string[] OfTheDay =
    [
        MetricCatalogue.CallsOut, MetricCatalogue.CallsIn, MetricCatalogue.CallsOver30S, MetricCatalogue.TalkSeconds, MetricCatalogue.Meetings,
        MetricCatalogue.ProposalsSent, MetricCatalogue.DealsWon, MetricCatalogue.TasksClosed,
    ];

    public static object Of(Dashboard board, NormStandings norms, Texts texts)
    {
        var byPerson = norms.Standings.ToLookup(s => s.UserId);

        // What is known of nobody stands once in the completeness of the period.
        var isOfSome = norms.Standings.SelectMany(s => s.Days).Any(d => d is { IsWithoutAbsences: false, Outcome: not NormOutcome.NoVerdict });
        return new
        {
            Today = PortalDays.ToIso(board.Today),
            Notes = new[] { norms.ForgottenInWords(texts), norms.AwaitingInWords(texts) }.OfType<string>(),
            Metric = Of(board.Metric, texts),
            Metrics = MetricCatalogue.All.Where(m => !m.IsByCurrency).Select(m => Of(m, texts)),
            Currency = board.Portal.Directory.BaseCurrency,
            CourseDays = board.CourseDays.Select(PortalDays.ToIso),
            Departments = board.Departments.Select(d => new { d.Id, d.Name, d.Level }),
            Norms = norms.Rules.Select(r => new { r.Id, Name = r.Name.In(texts), Metric = Of(MetricCatalogue.ByCode[r.Metric], texts), r.DryRun }),
            People = board.People.Select(p => new
            {
                p.UserId,
                p.Name,
                p.DepartmentIds,
                Value = p.Figures.ValueOf(board.Metric),
                p.Course,
                Trend = new { p.Trend.Gap, p.Trend.ChangePercent, p.Trend.Value, p.Trend.Usual, p.Trend.WorkingDays, Words = p.Trend.InWords(board.Metric, texts) },
                Notes = Notes(p, [.. byPerson[p.UserId]], isOfSome, texts),
                Norms = byPerson[p.UserId].Select(s => Of(s, texts)),
            }),
            Total = board.Total.ValueOf(board.Metric),
        };
    }

    public static object Of(PeriodCompleteness completeness, Texts texts) => new
    {
        ReadThrough = completeness.ReadThroughMs is { } through ? DateTimeOffset.FromUnixTimeMilliseconds(through) : (DateTimeOffset?)null,
        Sources = completeness.InWords(texts).Select(s => new { Name = s.Source, s.Notes }),
    };

    public static object Of(Heatmap map) => new { map.Counts };

    public static object Of(Funnel funnel, Texts texts) => new
    {
        funnel.AreTiersSet,
        Steps = funnel.Steps.Select(s => new
        {
            s.Metric.Code,
            Name = s.Metric.NameIn(texts),
            s.Count,
            s.OfBeforePercent,
            Parts = s.Parts.Select(p => new
            {
                Tier = p.Share.Code,
                Name = p.Share.IsNobodys ? texts.Get("Reports.unattributed") : p.Share.Tier is { } tier ? texts.Get($"Norms.tier_{NormWords.CodeOf(tier)}") : texts.Get("Reports.no_tier"),
                p.Count,
            }),
        }),
    };

    public static object Of(RecordPage page, Texts texts) => new
    {
        Metric = page.Metric is null ? null : Of(page.Metric, texts),
        page.Value,
        page.Count,
        page.Pages,
        Note = page.Forgotten > 0 ? texts.Get("Reports.forgotten", page.Forgotten) : null,
        Records = page.Records.Select(r => new
        {
            Kind = texts.Get($"Reports.record_{r.Kind.ToString().ToLowerInvariant()}"),
            r.Id,
            At = DateTimeOffset.FromUnixTimeMilliseconds(r.AtMs),
            People = r.UserIds.Count == 0 ? [texts.Get("Reports.unattributed")] : r.UserIds.Select(page.Portal.Directory.NameOf),
            r.Value,
            Note = r.Mark == ContributionMark.None ? null : texts.Get($"Reports.mark_{r.Mark.ToString().ToLowerInvariant()}"),
            r.Page?.Path,
            OpensInside = r.Page?.OpensInside == true,
        }),
    };

    public static object Of(MyDay day, NormStandings norms, Texts texts) => new
    {
        Today = PortalDays.ToIso(day.Today),
        day.Name,
        Notes = new[] { HiddenInWords(day, norms, texts), norms.AwaitingInWords(texts) }.OfType<string>(),
        Currency = day.Portal.Directory.BaseCurrency,
        Norms = norms.Standings.Select(s => new
        {
            s.Rule.Id,
            Name = s.Rule.Name.In(texts),
            Metric = Of(MetricCatalogue.ByCode[s.Rule.Metric], texts),
            s.Rule.DryRun,
            Days = s.Days.Select(d => Of(s, d, texts)),
        }),
        Metrics = OfTheDay.Select(code => Of(MetricCatalogue.ByCode[code], texts)),
        Week = day.Week.OrderBy(d => d.Key).Select(d => new
        {
            Day = PortalDays.ToIso(d.Key), Values = OfTheDay.ToDictionary(code => code, code => d.Value.ValueOf(MetricCatalogue.ByCode[code])),
        }),
        Tasks = day.Tasks.Select(t => new
        {
            t.Id, t.Title, Deadline = t.DeadlineAtMs is { } deadline ? DateTimeOffset.FromUnixTimeMilliseconds(deadline) : (DateTimeOffset?)null, t.IsDone, t.IsLate, t.Page.Path, t.Page.OpensInside,
        }),
    };

    private static string? HiddenInWords(MyDay day, NormStandings norms, Texts texts)
    {
        var hidden = OfTheDay.Union(norms.Standings.Select(s => s.Rule.Metric)).Where(day.Hidden.Contains).ToList();
        return hidden is [] ? null : texts.Get("Reports.own_hidden_records", string.Join(", ", hidden.Select(code => MetricCatalogue.ByCode[code].NameIn(texts))));
    }

    private static object Of(Metric metric, Texts texts) =>
        new { metric.Code, Name = metric.NameIn(texts), metric.Unit, metric.LowerIsBetter };

    /// <summary>A norm over a period: of one day its outcome, of several on how many of them it was met.</summary>
    private static object Of(NormStanding standing, Texts texts) => new
    {
        RuleId = standing.Rule.Id,
        standing.Done,
        standing.Required,
        standing.HasUntilEndOfDay,
        Days = standing.Days.Count,
        From = standing.FromDay is { } from ? PortalDays.ToIso(from) : null,
        To = standing.ToDay is { } to ? PortalDays.ToIso(to) : null,
        standing.Met,
        standing.Below,
        standing.Without,
        Words = standing.InWords(texts),
        LastDay = Of(standing, standing.Days[^1], texts),
    };

    private static object Of(NormStanding standing, NormDay day, Texts texts) => new
    {
        Day = PortalDays.ToIso(day.Day),
        day.Outcome,
        day.Done,
        day.Required,
        day.IsSoFar,
        day.IsBehind,
        day.LeftSeconds,
        day.AvailableSeconds,
        Words = standing.OutcomeInWords(day, texts),
        Pace = standing.PaceInWords(day, texts),
    };

    private static List<string> Notes(DashboardPerson person, IReadOnlyCollection<NormStanding> standings, bool namesAbsences, Texts texts)
    {
        var notes = new List<string>();
        if (person.HasHiddenRecords)
        {
            notes.Add(texts.Get("Reports.hidden_records"));
        }

        var days = standings.SelectMany(s => s.Days).ToList();
        if (namesAbsences && days.Exists(d => d is { IsWithoutAbsences: true, Outcome: not NormOutcome.NoVerdict }))
        {
            notes.Add(texts.Get("Norms.without_absences"));
        }

        notes.AddRange(days.Select(d => d.Reason).Where(r => r is NormReason.FigureUnknown or NormReason.AbsencesUnread).Distinct()
            .Select(r => NormWords.Outcome(NormOutcome.NoVerdict, r, texts)));
        notes.AddRange(standings.Select(s => s.LeftOutInWords(texts)).OfType<string>());
        return notes;
    }
}
