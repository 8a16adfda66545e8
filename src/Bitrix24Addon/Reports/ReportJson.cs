using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;

namespace Bitrix24Addon.Reports;

/// <summary>A report as one JSON object, for programs.</summary>
public static class ReportJson
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="byDay">A row for each day with figures, instead of one for the period.</param>
    public static string Write(Report report, bool byDay)
    {
        ArgumentNullException.ThrowIfNull(report);
        var document = new JsonObject
        {
            ["portal"] = report.Portal.Portal.Host,
            ["from"] = PortalDays.ToIso(report.Request.FromDay),
            ["to"] = PortalDays.ToIso(report.Request.ToDay),
            ["timeZone"] = report.Portal.Zone.Id,
            ["rows"] = Rows(report.Users.Select(u => ("userId", u.UserId, u.Line)), byDay),
            ["departments"] = Rows(report.Departments.Select(d => ("departmentId", d.DepartmentId, d.Line)), byDay),
            ["unattributed"] = Whole(report.Unattributed, byDay),
            ["total"] = Whole(report.Total, byDay),
            ["completeness"] = new JsonObject(report.Completeness.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)c.Value))),
        };
        return document.ToJsonString(Json);
    }

    private static JsonArray Rows(IEnumerable<(string IdName, long Id, ReportLine Line)> lines, bool byDay) => new(
        [.. lines.SelectMany(line => byDay
            ? line.Line.Days.Where(d => !d.Value.IsEmpty).Select(d => new JsonObject
            {
                [line.IdName] = line.Id, ["date"] = PortalDays.ToIso(d.Key), ["metrics"] = Metrics(d.Value),
            })
            : [new JsonObject { [line.IdName] = line.Id, ["metrics"] = Metrics(line.Line.Total) }])]);

    private static JsonObject Whole(ReportLine line, bool byDay)
    {
        var whole = new JsonObject { ["metrics"] = Metrics(line.Total) };
        if (byDay)
        {
            whole["days"] = new JsonArray([.. line.Days.Select(d => new JsonObject
            {
                ["date"] = PortalDays.ToIso(d.Key), ["metrics"] = Metrics(d.Value),
            })]);
        }

        return whole;
    }

    private static JsonObject Metrics(FigureSet figures)
    {
        var metrics = new JsonObject();
        foreach (var metric in MetricCatalogue.All)
        {
            metrics[metric.Code] = metric.IsByCurrency
                ? new JsonObject(figures.DetailsOf(metric.Code)
                    .Select(currency => KeyValuePair.Create(currency, (JsonNode?)figures.ValueOf(metric, currency))))
                : figures.ValueOf(metric);
        }

        return metrics;
    }
}
