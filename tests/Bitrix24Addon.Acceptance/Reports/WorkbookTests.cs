using System.IO.Compression;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Acceptance.Sync;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Tests.Storage;
using MiniExcelLibs;

namespace Bitrix24Addon.Acceptance.Reports;

/// <summary>The message and the workbook as they arrive in the chat.</summary>
public sealed class WorkbookTests
{
    private static readonly ReportRequest Month = new(20260301, 20260317);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task The_workbook_that_arrives_holds_the_figures_of_the_report(DatabaseKind kind)
    {
        await using var fixture = await PortalFixture.StartAsync(options => options.WithoutLimits().Seed = 7);
        await using var portal = await SyncedPortal.StartAsync(kind, fixture);
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        var report = await portal.Addon.Reports.BuildAsync(portal.Addon.Portal, Month, ReportAsker.Operator, Stop);
        var texts = Texts.For("ru");

        var file = (await PostAsync(portal)).File!;

        using var stream = new MemoryStream(file.Content.ToArray());
        Assert.Equal(
            new[] { "people", "departments", "days", "completeness", "records" }.Select(sheet => texts.Get("Reports.sheet_" + sheet)), stream.GetSheetNames());
        var people = Sheet(stream, texts.Get("Reports.sheet_people"));
        var person = texts.Get("Reports.person");
        Assert.Equal(report.Users.Select(u => u.Name).Append(texts.Get("Reports.unattributed")).Append(texts.Get("Reports.total")), people.Select(row => (string)row[person]!));
        foreach (var metric in MetricCatalogue.All.Where(m => !m.IsByCurrency))
        {
            var column = texts.Get("Metrics." + metric.Code);
            Assert.Equal((metric.Code, Shown(report.Total, metric, texts)), (metric.Code, Plain(people[^1][column])));
            Assert.Equal((metric.Code, Shown(report.Unattributed, metric, texts)), (metric.Code, Plain(people[^2][column])));
            foreach (var (user, row) in report.Users.Zip(people))
            {
                Assert.Equal((metric.Code, user.UserId, Shown(user.Line, metric, texts)), (metric.Code, user.UserId, Plain(row[column])));
            }
        }

        var departments = Sheet(stream, texts.Get("Reports.sheet_departments"));
        var callsOut = texts.Get("Metrics.calls_out");
        Assert.Equal(
            report.Departments.Select(d => (d.Name, Shown(d.Line, MetricCatalogue.ByCode[MetricCatalogue.CallsOut], texts))),
            departments.Select(row => ((string)row[texts.Get("Reports.department")]!, Plain(row[callsOut]))));
        var days = Sheet(stream, texts.Get("Reports.sheet_days"));
        Assert.Equal(
            report.Users.Sum(u => u.Line.Total.ValueOf(MetricCatalogue.ByCode[MetricCatalogue.CallsOut])), days.Sum(row => Convert.ToDecimal(row[callsOut], texts.Culture)));
        Assert.Equal(report.Completeness.Count, Sheet(stream, texts.Get("Reports.sheet_completeness")).Count);
        Assert.Equal(
            report.Evidence.GroupBy(c => (c.Day, c.UserId, c.SourceKind, c.SourceId)).Count(), Sheet(stream, texts.Get("Reports.sheet_records")).Count);
    }

    [Theory]
    [InlineData("[URL=https://evil.example]Анна[/URL]", "[URL")]
    [InlineData("[b][send=/quit]Анна[/send]", "[send")]
    [InlineData("[USER=1]Анна[/USER]", "[USER")]
    [InlineData("[[URL]Анна]", "[URL")]
    [InlineData("<script>alert(1)</script>Анна[IMG]https://evil.example/i.png[/IMG]", "[IMG")]
    [InlineData("Анна\n[b]Директор[/b]: звонков 999", "\nДиректор")]
    [InlineData("Анна\u2028\u202EроткериД", "\u202E")]
    public async Task Codes_in_a_name_do_not_survive_in_the_message(string name, string code)
    {
        await using var portal = await WithOnePersonAsync(name);

        foreach (var request in new[] { Month, Month with { DepartmentId = 1 }, Month with { UserId = 101 } })
        {
            IsWithoutCodes((await PostAsync(portal, request)).Text, code);
        }
    }

    private static void IsWithoutCodes(string text, string code)
    {
        Assert.Contains("Анна", text, StringComparison.Ordinal);
        Assert.DoesNotContain(code, text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(text.Count(c => c == '['), text.Split("[b]").Length - 1 + text.Split("[/b]").Length - 1);

        // The title and the line of the person; a name makes no line of its own, and none begins with what he says.
        Assert.Equal(text.Split('\n').Count(line => line.StartsWith("[b]", StringComparison.Ordinal)), text.Split("[b]").Length - 1);
    }

    [Theory]
    [InlineData("=HYPERLINK(\"https://evil.example\",\"Анна\")")]
    [InlineData("=1+1")]
    [InlineData("+1+1")]
    [InlineData("-1+1")]
    [InlineData("@SUM(1)")]
    [InlineData("\t=1+1")]
    [InlineData("\n=1+1")]
    [InlineData("<script>alert(1)</script>&amp;]]>")]
    [InlineData("[URL=https://evil.example]Анна[/URL]")]
    [InlineData("_x003D_1+1")]
    public async Task A_name_that_looks_like_a_formula_stays_text(string name)
    {
        await using var portal = await WithOnePersonAsync(name);

        var file = (await PostAsync(portal)).File!;

        using var stream = new MemoryStream(file.Content.ToArray());
        var texts = Texts.For("ru");
        Assert.Contains(name, Sheet(stream, texts.Get("Reports.sheet_people")).Select(row => row[texts.Get("Reports.person")]));
        using var archive = new ZipArchive(stream);
        var sheets = archive.Entries.Where(entry => entry.FullName.StartsWith("xl/worksheets/", StringComparison.Ordinal) && entry.Name.EndsWith(".xml", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, sheets.Count);
        foreach (var sheet in sheets)
        {
            using var reader = new StreamReader(await sheet.OpenAsync(Stop));
            Assert.DoesNotMatch("<[a-z]*:?f[ >]", await reader.ReadToEndAsync(Stop));
        }
    }

    [Fact]
    public async Task Letters_that_a_workbook_cannot_hold_do_not_keep_it_from_being_made()
    {
        await using var portal = await WithOnePersonAsync("Анна\u0001\u000B\uFFFF Петрова");

        var file = (await PostAsync(portal)).File!;

        using var stream = new MemoryStream(file.Content.ToArray());
        var texts = Texts.For("ru");
        Assert.Contains(Sheet(stream, texts.Get("Reports.sheet_people")), row => ((string)row[texts.Get("Reports.person")]!).StartsWith("Анна", StringComparison.Ordinal));
    }

    private static async Task<SyncedPortal> WithOnePersonAsync(string name)
    {
        var quoted = System.Text.Json.JsonSerializer.Serialize(name);
        var portal = await SyncedPortal.StartAsync(DatabaseKind.Sqlite, lines:
        [
            PortalFixture.Line("02T08:00:00", "add", "department", 1, $$"""{"NAME":{{quoted}}}"""),
            PortalFixture.Line("02T08:00:00", "add", "user", 1, """{"NAME":"Ирина","UF_DEPARTMENT":[1],"IS_ADMIN":true}"""),
            PortalFixture.Line("02T08:00:00", "add", "user", 101, $$"""{"NAME":{{quoted}},"UF_DEPARTMENT":[1]}"""),
            PortalFixture.Line("17T10:05:00", "add", "call", 1, """
                {"CALL_ID":"c1","PORTAL_USER_ID":101,"CALL_TYPE":1,"CALL_DURATION":60,"CALL_START_DATE":"2026-03-17T10:00:00+03:00","CALL_FAILED_CODE":"200"}
                """),
        ]);
        await portal.Addon.SyncAsync(Stop);
        return portal;
    }

    private static async Task<ChatMessage> PostAsync(SyncedPortal portal, ReportRequest? request = null)
    {
        var posted = (await portal.Addon.PostAsync(request ?? Month, Stop, "1")).Single();
        return portal.Portal.Messages.Single(m => m.Id == posted.MessageId);
    }

    private static List<IDictionary<string, object?>> Sheet(Stream stream, string name) =>
        [.. stream.Query(useHeaderRow: true, sheetName: name).Cast<IDictionary<string, object?>>()];

    /// <summary>A figure as the workbook shows it: durations as text, the rest as a number, an empty cell without a value.</summary>
    private static string Shown(ReportLine line, Metric metric, Texts texts) => line.Total.ValueOf(metric) switch
    {
        null => "",
        { } value when metric.Unit == MetricUnit.Seconds => texts.HoursMinutesSeconds((long)value),
        { } value => Plain(value),
    };

    private static string Plain(object? cell) => cell switch
    {
        null => "",
        string text => text,
        _ => Convert.ToDecimal(cell, System.Globalization.CultureInfo.InvariantCulture).ToString("0.####", System.Globalization.CultureInfo.InvariantCulture),
    };
}
