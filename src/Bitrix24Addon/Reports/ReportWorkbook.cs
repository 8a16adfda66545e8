using System.Globalization;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using MiniExcelLibs;
using MiniExcelLibs.OpenXml;

namespace Bitrix24Addon.Reports;

/// <summary>A report as an xlsx workbook: people, departments, days, what is incomplete, and the records behind the figures.</summary>
public static class ReportWorkbook
{
    // Excel holds 1,048,576 rows a sheet, the heading among them.
    private const int EvidenceRows = 1_000_000;

    /// <summary>The file's name, with scope and period.</summary>
    /// <param name="report">The report.</param>
    public static string FileName(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return $"report-{report.Request.Scope.Replace(':', '-').Replace(',', '-')}-{PortalDays.ToIso(report.Request.FromDay)}-{PortalDays.ToIso(report.Request.ToDay)}.xlsx";
    }

    /// <summary>Writes a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="texts">The language.</param>
    public static byte[] Write(Report report, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(texts);
        var person = texts.Get("Reports.person");
        var department = texts.Get("Reports.department");
        var sheets = new Dictionary<string, object>
        {
            [texts.Get("Reports.sheet_people")] = report.Users.Select(u => Row(report, texts, (person, u.Name), ("ID", u.UserId), u.Line.Total))
                .Append(Row(report, texts, (person, texts.Get("Reports.unattributed")), ("ID", null), report.Unattributed.Total))
                .Append(Row(report, texts, (person, texts.Get("Reports.total")), ("ID", null), report.Total.Total)).ToList(),
            [texts.Get("Reports.sheet_departments")] = report.Departments
                .Select(d => Row(report, texts, (department, d.Name), ("ID", d.DepartmentId), d.Line.Total)).ToList(),
            [texts.Get("Reports.sheet_days")] = report.Users.SelectMany(u => u.Line.Days.Where(d => !d.Value.IsEmpty)
                .Select(d => Row(report, texts, (texts.Get("Reports.day"), PortalDays.ToIso(d.Key)), (person, u.Name), d.Value))).ToList(),
            [texts.Get("Reports.sheet_completeness")] = report.Completeness.Select(c => new Dictionary<string, object?>
            {
                [texts.Get("Reports.source")] = texts.Get("Sources." + c.Key),
                [texts.Get("Reports.state")] = string.Join("; ", CompletenessNotes.InWords(c.Value, report.Portal.Zone, texts).DefaultIfEmpty(texts.Get("Reports.complete"))),
            }).ToList(),
            [texts.Get("Reports.sheet_records")] = Evidence(report, texts).Take(EvidenceRows).ToList(),
        };
        using var stream = new MemoryStream();
        stream.SaveAs(sheets, configuration: new OpenXmlConfiguration { EnableAutoWidth = true, FastMode = true, MinWidth = 16, MaxWidth = 70 });
        return stream.ToArray();
    }

    private static Dictionary<string, object?> Row(
        Report report, Texts texts, (string Title, object? Value) first, (string Title, object? Value) second, FigureSet figures)
    {
        var row = new Dictionary<string, object?> { [first.Title] = first.Value, [second.Title] = second.Value };
        foreach (var metric in MetricCatalogue.All)
        {
            var title = texts.Get("Metrics." + metric.Code);
            if (metric.IsByCurrency)
            {
                // Every row has the same columns: the currencies of the whole report.
                foreach (var currency in report.Total.Total.DetailsOf(metric.Code))
                {
                    row[$"{title}, {currency}"] = figures.ValueOf(metric, currency);
                }
            }
            else
            {
                row[title] = figures.ValueOf(metric) is { } value
                    ? metric.Unit == MetricUnit.Seconds ? texts.HoursMinutesSeconds((long)value) : value
                    : null;
            }
        }

        return row;
    }

    /// <summary>One row a record, person and day, with all it counts in.</summary>
    private static IEnumerable<Dictionary<string, object?>> Evidence(Report report, Texts texts) => report.Evidence
        .GroupBy(c => (c.Day, c.UserId, c.SourceKind, c.SourceId)).OrderBy(g => g.Key.Day).ThenBy(g => g.Key.SourceKind).ThenBy(g => g.Key.SourceId)
        .Select(record => new Dictionary<string, object?>
        {
            [texts.Get("Reports.day")] = PortalDays.ToIso(record.Key.Day),
            [texts.Get("Reports.person")] = record.Key.UserId is { } user ? report.Portal.Directory.NameOf(user) : texts.Get("Reports.unattributed"),
            [texts.Get("Reports.record")] = texts.Get("Reports.record_" + record.Key.SourceKind.ToString().ToLowerInvariant()),
            [texts.Get("Reports.record_id")] = FactKeys.RecordId(record.Key.SourceKind, record.Key.SourceId).ToString(CultureInfo.InvariantCulture),
            [texts.Get("Reports.counts_in")] = string.Join(", ", record.Select(c => texts.Get("Metrics." + c.Metric)).Distinct()),
            [texts.Get("Reports.note")] = record.Select(c => c.Mark).Distinct().Where(m => m != ContributionMark.None)
                .Select(m => texts.Get("Reports.mark_" + m.ToString().ToLowerInvariant())).FirstOrDefault(),
        });
}
