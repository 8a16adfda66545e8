using System.Text;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;

namespace Bitrix24Addon.Reports;

/// <summary>The chat message that brings a report: the totals and the people.</summary>
public static class ReportMessage
{
    // A message holds 20,000 characters; the workbook has everybody.
    private const int PeopleShown = 30;

    /// <summary>Writes the message with BB codes.</summary>
    /// <param name="report">The report.</param>
    /// <param name="texts">The language.</param>
    public static string Write(Report report, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(texts);
        var message = new StringBuilder();
        message.Append("[b]").Append(texts.Get(
            "Reports.title", BbCode.Plain(ScopeName(report)), texts.Date(PortalDays.ToDate(report.Request.FromDay)), texts.Date(PortalDays.ToDate(report.Request.ToDay)))).AppendLine("[/b]");
        message.AppendLine(Line(report.Total.Total, texts));
        message.AppendLine();
        foreach (var user in report.Users.Where(u => !u.Line.Total.IsEmpty).OrderByDescending(u => Calls(u.Line)).Take(PeopleShown))
        {
            message.Append("[b]").Append(BbCode.Plain(user.Name)).Append("[/b]: ").AppendLine(Line(user.Line.Total, texts));
        }

        var more = report.Users.Count(u => !u.Line.Total.IsEmpty) - PeopleShown;
        if (more > 0)
        {
            message.AppendLine(texts.Count("Reports.more_people", more));
        }

        return message.ToString();
    }

    /// <summary>What a report covers, in words.</summary>
    /// <param name="report">The report.</param>
    internal static string ScopeName(Report report) => report.Request switch
    {
        { UserId: { } user } => report.Portal.Directory.NameOf(user),
        { DepartmentId: { } department } => report.Departments.FirstOrDefault(d => d.DepartmentId == department)?.Name ?? $"#{department}",
        _ => report.Portal.Portal.Host,
    };

    private static decimal Calls(ReportLine line) => line.Total.ValueOf(MetricCatalogue.ByCode[MetricCatalogue.CallsOver30S]) ?? 0;

    /// <summary>The main figures; what is not known is left out rather than shown as nothing.</summary>
    private static string Line(FigureSet figures, Texts texts)
    {
        long? Of(string code) => (long?)figures.ValueOf(MetricCatalogue.ByCode[code]);
        var parts = new List<string>();
        if (Of(MetricCatalogue.CallsOut) + Of(MetricCatalogue.CallsIn) is { } calls)
        {
            parts.Add(texts.Get(
                "Reports.line_calls", texts.Count("Reports.calls", calls), Of(MetricCatalogue.CallsOver30S),
                texts.HoursMinutesSeconds(Of(MetricCatalogue.TalkSeconds) ?? 0)));
        }

        if (Of(MetricCatalogue.DealsWon) is { } deals)
        {
            parts.Add(texts.Count("Reports.deals", deals));
        }

        if (Of(MetricCatalogue.TasksClosed) is { } tasks)
        {
            parts.Add(texts.Count("Reports.tasks", tasks));
        }

        return string.Join("; ", parts);
    }
}
