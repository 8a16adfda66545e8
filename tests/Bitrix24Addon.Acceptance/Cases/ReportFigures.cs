using System.Globalization;
using System.Text.Json;

namespace Bitrix24Addon.Acceptance.Cases;

/// <summary>Looks figures up in a report's JSON, as a program that reads it would.</summary>
/// <param name="report">What <c>report --format json</c> prints.</param>
internal sealed class ReportFigures(JsonElement report)
{
    public JsonElement Total => report.GetProperty("total").GetProperty("metrics");

    /// <summary>Whose figures there are, as the expectations name them, the total left out.</summary>
    public IEnumerable<string> People => Rows("rows").Select(row => $"user:{row.GetProperty("userId").GetInt64()}").Append("unattributed").Distinct();

    public IEnumerable<string> Everybody => People.Concat(Rows("departments").Select(row => $"department:{row.GetProperty("departmentId").GetInt64()}")).Append("total").Distinct();

    public string CompletenessOf(string source) => report.GetProperty("completeness").GetProperty(source).GetString()!;

    /// <summary>The metrics of somebody; null when the report has no row of him.</summary>
    /// <param name="who"><c>user:101</c>, <c>department:13</c>, <c>unattributed</c> or <c>total</c>.</param>
    /// <param name="date">A day of a report by day; null for the period.</param>
    public JsonElement? Of(string who, string? date = null)
    {
        var parts = who.Split(':');
        if (parts.Length == 1)
        {
            var whole = report.GetProperty(who);
            return date is null ? whole.GetProperty("metrics") : MetricsOf(whole.GetProperty("days").EnumerateArray().Where(row => IsOn(row, date)));
        }

        var id = long.Parse(parts[1], CultureInfo.InvariantCulture);
        var rows = Rows(parts[0] == "user" ? "rows" : "departments").Where(row => row.GetProperty(parts[0] + "Id").GetInt64() == id);
        return MetricsOf(date is null ? rows : rows.Where(row => IsOn(row, date)));
    }

    /// <summary>All days of somebody in a report by day.</summary>
    public IEnumerable<JsonElement> DaysOf(string who)
    {
        var parts = who.Split(':');
        var rows = parts.Length == 1
            ? report.GetProperty(who).GetProperty("days").EnumerateArray()
            : Rows(parts[0] == "user" ? "rows" : "departments")
                .Where(row => row.GetProperty(parts[0] + "Id").GetInt64() == long.Parse(parts[1], CultureInfo.InvariantCulture));
        return rows.Select(row => row.GetProperty("metrics"));
    }

    private static bool IsOn(JsonElement row, string date) => row.GetProperty("date").GetString() == date;

    private static JsonElement? MetricsOf(IEnumerable<JsonElement> rows)
    {
        var found = rows.ToList();
        return found.Count == 0 ? null : Assert.Single(found).GetProperty("metrics");
    }

    private JsonElement[] Rows(string name) => [.. report.GetProperty(name).EnumerateArray()];
}
