using System.Globalization;
using System.Text.Json;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using Microsoft.Extensions.Time.Testing;

namespace Bitrix24Addon.Acceptance.Cases;

/// <summary>Plays a case into a simulated portal, runs the add-on against it and notes every figure that is not the expected one.</summary>
internal sealed class CaseRun : IAsyncDisposable
{
    // Means and medians are of the cases, and a task is overdue on a day.
    private static readonly HashSet<string> NotSumsOfDays = ["call_quality", "first_action_minutes", "tasks_overdue"];

    // A call missed by several people is one call.
    private static readonly HashSet<string> NotSumsOfPeople = ["call_quality", "first_action_minutes", "missed_calls", "missed_returned"];

    private readonly CaseFile _file;
    private readonly FakeTimeProvider _clock;
    private readonly SimulatedPortal _portal;
    private readonly string _connectionString;
    private readonly CancellationToken _cancellation;
    private AddonUnderTest? _addon;

    private CaseRun(CaseFile file, FakeTimeProvider clock, SimulatedPortal portal, string connectionString, CancellationToken cancellation)
    {
        _file = file;
        _clock = clock;
        _portal = portal;
        _connectionString = connectionString;
        _cancellation = cancellation;
    }

    /// <summary>What did not hold, each with the reason written beside the expectation.</summary>
    public List<string> Differences { get; } = [];

    private AddonUnderTest Addon => _addon ?? throw new InvalidOperationException("The case expects figures before its first sync.");

    public static async Task<CaseRun> StartAsync(string name, string connectionString, CancellationToken cancellation)
    {
        var file = CaseFile.Read(name);
        var clock = new FakeTimeProvider(file.StartsAt);
        var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { TimeProvider = clock }.WithoutLimits(), cancellation);
        return new CaseRun(file, clock, portal, connectionString, cancellation);
    }

    public async Task PlayAsync()
    {
        foreach (var line in _file.Lines)
        {
            if (line.At is { } at)
            {
                _clock.SetUtcNow(at);
            }

            switch (line.Operation)
            {
                case "sync":
                    await SyncAsync(line.Since);
                    break;
                case "expect":
                    await ExpectAsync(line);
                    break;
                case "effect":
                    await AddEffectAsync(line.Json.GetProperty("task").GetInt64());
                    break;
                default:
                    _portal.ApplyLine(line.Text);
                    break;
            }
        }
    }

    /// <summary>Days add up to the period, people and nobody to the company.</summary>
    public async Task CheckSumsAsync()
    {
        var days = _file.Lines.Where(line => line.At is not null).Select(line => line.At!.Value).ToList();
        var (from, to) = (Number(days.Min().AddDays(-2)), Number(days.Max().AddDays(1)));
        var period = new ReportFigures(await Addon.ReportAsync(from, to, _cancellation));
        var byDay = new ReportFigures(await Addon.ReportAsync(from, to, _cancellation, byDay: true));
        foreach (var metric in period.Total.EnumerateObject().Select(m => m.Name).Where(name => !NotSumsOfDays.Contains(name)))
        {
            foreach (var who in period.Everybody)
            {
                Compare($"{metric} of {who}: the days and the period", Sum(byDay.DaysOf(who), metric), Sum([period.Of(who)!.Value], metric));
            }
        }

        foreach (var metric in period.Total.EnumerateObject().Select(m => m.Name).Where(name => !NotSumsOfPeople.Contains(name)))
        {
            Compare($"{metric}: people with nobody's and the company", Sum(period.People.Select(who => period.Of(who)!.Value), metric), Sum([period.Total], metric));
        }
    }

    /// <summary>The records behind a figure come to the figure, everybody's and the company's, and a metric can be shown for whoever has it.</summary>
    public async Task CheckRecordsAsync()
    {
        var days = _file.Lines.Where(line => line.At is not null).Select(line => line.At!.Value).ToList();
        var (from, to) = (Number(days.Min().AddDays(-2)), Number(days.Max().AddDays(1)));
        var report = await Addon.Reports.BuildAsync(Addon.Portal, new ReportRequest(from, to), ReportAsker.Operator, _cancellation);
        foreach (var metric in MetricCatalogue.All.Where(m => !m.IsByCurrency))
        {
            foreach (var (user, figures) in report.Users.Where(u => u.Line.Total.ValueOf(metric) > 0).Select(u => ((long?)u.UserId, u.Line.Total)).Append((null, report.Total.Total)))
            {
                Compare($"{metric.Code} of {user?.ToString(CultureInfo.InvariantCulture) ?? "all"}: figure and records", Plain(figures.ValueOf(metric)), Plain(await OfRecordsAsync(metric, new ReportRequest(from, to, user), figures.ValueOf(metric))));
            }
        }
    }

    private async Task<decimal?> OfRecordsAsync(Metric metric, ReportRequest request, decimal? figure)
    {
        var finder = new RecordFinder(Addon.Storage);
        var records = new List<RecordLine>();
        RecordPage page;
        var number = 0;
        do
        {
            page = await finder.FindAsync(Addon.Portal, metric.Code, null, request, ++number, ReportAsker.Operator, _cancellation);
            records.AddRange(page.Records);
        }
        while (number < page.Pages);

        Compare($"{metric.Code} of {request.Scope}: figure on the page of records", Plain(figure), Plain(page.Value));
        Compare($"{metric.Code} of {request.Scope}: number of records", page.Count.ToString(CultureInfo.InvariantCulture), records.Count.ToString(CultureInfo.InvariantCulture));
        var values = records.Select(r => r.Value).Order().ToList();
        return page.Value is null ? null : metric.Total switch
        {
            MetricTotal.Mean => decimal.Round(values.Average(), 4),
            MetricTotal.Median => (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2,
            _ => values.Sum(),
        };
    }

    private static string Plain(decimal? value) => value is { } known ? Plain(known) : "none";

    /// <summary>The facts alone give the same figures, row for row.</summary>
    public async Task CheckRebuildAsync()
    {
        var stored = (await Addon.FiguresAsync(_cancellation)).ConvertAll(figure => JsonSerializer.Serialize(figure));
        await Addon.RebuildAsync(_cancellation);
        var rebuilt = (await Addon.FiguresAsync(_cancellation)).ConvertAll(figure => JsonSerializer.Serialize(figure));
        Differences.AddRange(stored.Except(rebuilt).Select(figure => $"a rebuild loses {figure}"));
        Differences.AddRange(rebuilt.Except(stored).Select(figure => $"a rebuild adds {figure}"));
        Compare("rows before and after a rebuild", stored.Count.ToString(CultureInfo.InvariantCulture), rebuilt.Count.ToString(CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        if (_addon is not null)
        {
            await _addon.DisposeAsync();
        }

        await _portal.DisposeAsync();
    }

    private async Task StartAddonAsync()
    {
        if (_addon is null)
        {
            // Nobody moves the clock while a synchronisation runs, so the client must have no reason to wait on it.
            _addon = await AddonUnderTest.StartAsync(
                _connectionString, _portal.WebhookUrl, _clock, options => options.RequestThreshold = 10_000, cancellationToken: _cancellation);
            if (_file.Settings is { } settings)
            {
                await _addon.Registry.PutSettingsAsync(_addon.Portal, PortalSettings.Parse(settings), _cancellation);
            }
        }
    }

    private async Task AddEffectAsync(long taskId)
    {
        await StartAddonAsync();
        var task = new CreateTask($"task:{taskId}", "case", "", "", 101, 0);
        await using var db = Addon.Storage.Open(Addon.Portal.Id);
        db.Effects.Add(new EffectRow { Key = task.Key, Subject = task.Subject, Document = Outbox.Write(task), State = EffectState.Done, ResultId = taskId });
        await db.SaveChangesAsync(_cancellation);
    }

    private async Task SyncAsync(DateTimeOffset? since)
    {
        await StartAddonAsync();
        var synced = await Addon.SyncAsync(_cancellation, since?.ToUnixTimeMilliseconds());
        Assert.Empty(synced.Failures);
    }

    private async Task ExpectAsync(CaseLine line)
    {
        if (line.Json.TryGetProperty("completeness", out var completeness))
        {
            var days = _file.Lines.Where(l => l.At is not null).Select(l => l.At!.Value).ToList();
            var report = new ReportFigures(await Addon.ReportAsync(Number(days.Min()), Number(days.Max()), _cancellation));
            Differences.AddRange(completeness.EnumerateObject()
                .Where(source => !report.CompletenessOf(source.Name).Split(';').Contains(source.Value.GetString()!))
                .Select(source => $"line {line.Number}: completeness of {source.Name} is \"{report.CompletenessOf(source.Name)}\", expected \"{source.Value}\" in it: {line.Why}"));
            return;
        }

        var isByDay = line.Json.TryGetProperty("by", out var by) && by.GetString() == "day";
        var (from, who) = (line.Json.GetProperty("from").GetString()!, line.Json.GetProperty("who").GetString()!);
        var figures = new ReportFigures(await Addon.ReportAsync(line.Day("from"), line.Day("to"), _cancellation, isByDay));
        var metrics = figures.Of(who, isByDay ? from : null);
        foreach (var expected in line.Json.GetProperty("metrics").EnumerateObject())
        {
            Assert.True(figures.Total.TryGetProperty(expected.Name, out _), $"line {line.Number}: the report knows no metric {expected.Name}");

            // Who did nothing has no row.
            var seen = metrics is { } row ? Text(row.GetProperty(expected.Name)) : Text(expected.Value) is "0" or "none" ? Text(expected.Value) : "no row";
            Compare($"line {line.Number}: {expected.Name} of {who}, {from} to {line.Json.GetProperty("to")}, {line.Why}", Text(expected.Value), seen);
        }
    }

    private void Compare(string what, string expected, string seen)
    {
        if (expected != seen)
        {
            Differences.Add($"expected {expected}, seen {seen}: {what}");
        }
    }

    private static string Sum(IEnumerable<JsonElement> lines, string metric)
    {
        var sums = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var value in lines.Select(line => line.GetProperty(metric)))
        {
            foreach (var (detail, part) in value.ValueKind switch
            {
                JsonValueKind.Object => value.EnumerateObject().Select(p => (p.Name, p.Value.GetDecimal())),
                JsonValueKind.Number => [("", value.GetDecimal())],
                _ => [],
            })
            {
                sums[detail] = sums.GetValueOrDefault(detail) + part;
            }
        }

        return string.Join(", ", sums.Where(s => s.Value != 0).Select(s => $"{s.Key} {Plain(s.Value)}"));
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "none",
        JsonValueKind.Object => string.Join(", ", value.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{p.Name} {Plain(p.Value.GetDecimal())}")),
        _ => Plain(value.GetDecimal()),
    };

    private static string Plain(decimal value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static int Number(DateTimeOffset at) => int.Parse(at.ToString("yyyyMMdd", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
