using System.Globalization;
using System.Text.Json;
using Bitrix24.PortalSimulator;
using Microsoft.Data.Sqlite;

namespace Bitrix24Addon.Acceptance.Cli;

public sealed class RulesAndWhatIfTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rule_is_put_in_force_in_versions_and_a_damaged_one_changes_nothing()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        using var program = ProgramUnderTest.For(portal.WebhookUrl);
        program.Environment["LANG"] = "en_GB.UTF-8";
        var sync = await program.RunAsync("sync");
        Assert.True(sync.ExitCode == 0, sync.All);
        Assert.Contains("no rules yet", (await program.RunAsync("rules", "list")).Output, StringComparison.Ordinal);
        var file = Path.Combine(program.Folder, "norm.json");
        var example = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Folder, "examples", "norm-calls.json"), Stop);
        await File.WriteAllTextAsync(file, example, Stop);

        Assert.Contains("version 1 is in force", (await program.RunAsync("rules", "put", file)).Output, StringComparison.Ordinal);
        Assert.Contains("nothing was changed", (await program.RunAsync("rules", "put", file)).Output, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, example.Replace("\"perDay\": 25", "\"perDay\": 30", StringComparison.Ordinal), Stop);
        Assert.Contains("version 2 is in force", (await program.RunAsync("rules", "put", file)).Output, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, example.Replace("calls-over-30s", "calls-too", StringComparison.Ordinal), Stop);
        Assert.Contains("calls-over-30s judges the same metric", (await program.RunAsync("rules", "put", file)).Messages, StringComparison.Ordinal);

        var listed = await program.RunAsync("rules", "list");
        foreach (var (damaged, remedy) in new[]
        {
            ("\"perDay\": -25", "Line 11"), ("\"perDay\": \"25\"", "line 11"), ("\"perDay\": 25, \"per\": 1", "line 11"),
        })
        {
            await File.WriteAllTextAsync(file, example.Replace("\"perDay\": 25", damaged, StringComparison.Ordinal), Stop);
            (await program.RunAsync("rules", "put", file)).MustFail(1, remedy);
        }

        await File.WriteAllTextAsync(file, example.Replace("\"department\": 11 }", "\"department\": 999 }", StringComparison.Ordinal), Stop);
        (await program.RunAsync("rules", "put", file)).MustFail(1, "no department 999");
        await File.WriteAllTextAsync(file, example.Replace("{ \"department\": 11 }", "{ \"tier\": \"service\" }", StringComparison.Ordinal), Stop);
        (await program.RunAsync("rules", "put", file)).MustFail(1, "under tiers");
        (await program.RunAsync("rules", "put", "no-such-file.json")).MustFail(1, "no-such-file.json");
        (await program.RunAsync("rules", "put")).MustFail(2, "--help");
        Assert.Equal(listed.Output, (await program.RunAsync("rules", "list")).Output);
        Assert.Contains("calls-over-30s", listed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_if_prints_the_promised_object_and_writes_nothing()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        using var program = ProgramUnderTest.For(portal.WebhookUrl);
        var file = Path.Combine(program.Folder, "norm.json");
        await File.WriteAllTextAsync(
            file, (await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Folder, "examples", "norm-calls.json"), Stop)).Replace("{ \"department\": 11 }", "\"everyone\"", StringComparison.Ordinal), Stop);
        (await program.RunAsync("what-if", "--rule", file, "--from", "2026-01-01", "--to", "2026-01-02")).MustFail(1, "sync");
        await program.RunAsync("sync");
        var to = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));
        string[] ask = ["what-if", "--rule", file, "--from", to.AddDays(-6).ToString("yyyy-MM-dd", null), "--to", to.ToString("yyyy-MM-dd", null)];
        var before = Contents(program.Database);

        var json = await program.RunAsync([.. ask, "--format", "json"]);
        var table = await program.RunAsync(ask);

        Assert.True(json.ExitCode == 0 && table.ExitCode == 0, json.All + table.All);
        var answer = JsonDocument.Parse(json.Output).RootElement;
        Assert.Equal(["rule", "from", "to", "hindsight", "calendarsFrom", "verdicts"], answer.EnumerateObject().Select(p => p.Name));
        Assert.True(answer.GetProperty("hindsight").GetBoolean());
        var verdicts = answer.GetProperty("verdicts").EnumerateArray().ToList();
        Assert.NotEmpty(verdicts);
        Assert.All(verdicts, v => Assert.Equal(
            ["userId", "date", "outcome", "reason", "actual", "required", "availableSeconds", "standardSeconds", "withoutAbsences", "calendarUnknown"], v.EnumerateObject().Select(p => p.Name)));
        Assert.All(verdicts, v => Assert.Equal(v.GetProperty("outcome").GetString() == "noVerdict", v.GetProperty("reason").ValueKind == JsonValueKind.String));
        Assert.Contains("Задним числом", table.Output, StringComparison.Ordinal);
        Assert.Equal(before, Contents(program.Database));
        Assert.All(verdicts, v => Assert.False(v.GetProperty("withoutAbsences").GetBoolean()));
        Assert.DoesNotContain(" *", table.Output, StringComparison.Ordinal);
        var since = DateOnly.Parse(answer.GetProperty("calendarsFrom").GetString()!, CultureInfo.InvariantCulture);
        string[] earlier = ["what-if", "--rule", file, "--from", since.AddDays(-7).ToString("yyyy-MM-dd", null), "--to", since.AddDays(6).ToString("yyyy-MM-dd", null)];
        var early = JsonDocument.Parse((await program.RunAsync([.. earlier, "--format", "json"])).Output).RootElement.GetProperty("verdicts").EnumerateArray().ToList();
        Assert.All(early, v => Assert.Equal(
            string.CompareOrdinal(v.GetProperty("date").GetString(), answer.GetProperty("calendarsFrom").GetString()) < 0, v.GetProperty("withoutAbsences").GetBoolean()));
        Assert.Contains("* Календари прочитаны начиная с", (await program.RunAsync(earlier)).Output, StringComparison.Ordinal);
        program.Environment["LANG"] = "en_GB.UTF-8";
        Assert.Contains("* Calendars were read from", (await program.RunAsync(earlier)).Output, StringComparison.Ordinal);

        (await program.RunAsync("what-if", "--rule", file, "--from", "2026-01-02", "--to", "2026-01-01")).MustFail(2, "--help");
        (await program.RunAsync("what-if", "--from", "2026-01-02", "--to", "2026-01-03")).MustFail(2, "--rule");
    }

    [Fact]
    public async Task A_handoff_is_put_in_force_and_asked_about_like_a_norm()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        using var program = ProgramUnderTest.For(portal.WebhookUrl);
        await program.RunAsync("sync");
        var (file, settings) = (Path.Combine(program.Folder, "handoff.json"), Path.Combine(program.Folder, "settings.json"));
        var example = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Folder, "examples", "handoff-first-call.json"), Stop);
        await File.WriteAllTextAsync(file, example, Stop);
        (await program.RunAsync("rules", "put", file)).MustFail(1, "в поле tiers");
        await File.WriteAllTextAsync(settings, """{"tiers": {"clientManagers": {"departments": [1]}}}""", Stop);
        var put = await program.RunAsync("settings", "put", settings);
        Assert.True(put.ExitCode == 0, put.All);

        Assert.Equal(0, (await program.RunAsync("rules", "put", file)).ExitCode);
        Assert.Contains("first-call", (await program.RunAsync("rules", "list")).Output, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Folder, "examples", "norm-calls.json"), Stop)).Replace("calls-over-30s", "first-call", StringComparison.Ordinal), Stop);
        (await program.RunAsync("rules", "put", file)).MustFail(1, "другого вида");

        await File.WriteAllTextAsync(file, example, Stop);
        var to = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));
        string[] ask = ["what-if", "--rule", file, "--from", to.AddDays(-27).ToString("yyyy-MM-dd", null), "--to", to.ToString("yyyy-MM-dd", null)];
        var before = Contents(program.Database);
        var json = await program.RunAsync([.. ask, "--format", "json"]);
        var table = await program.RunAsync(ask);

        Assert.True(json.ExitCode == 0 && table.ExitCode == 0, json.All + table.All);
        Assert.Equal(before, Contents(program.Database));
        var answer = JsonDocument.Parse(json.Output).RootElement;
        Assert.Equal(["rule", "from", "to", "hindsight", "total", "people", "handoffs"], answer.EnumerateObject().Select(p => p.Name));
        var handoffs = answer.GetProperty("handoffs").EnumerateArray().ToList();
        Assert.NotEmpty(handoffs);
        Assert.All(handoffs, h => Assert.Equal(
            ["item", "id", "userId", "began", "due", "taken", "minutes", "outcome", "escalated"], h.EnumerateObject().Select(p => p.Name)));
        int Are(string outcome) => handoffs.Count(h => h.GetProperty("outcome").GetString() == outcome);
        var total = answer.GetProperty("total");
        Assert.Equal(
            (handoffs.Count, Are("inTime"), Are("late"), Are("open")),
            (total.GetProperty("count").GetInt32(), total.GetProperty("inTime").GetInt32(), total.GetProperty("late").GetInt32(), total.GetProperty("open").GetInt32()));
        Assert.Equal(handoffs.Count, answer.GetProperty("people").EnumerateArray().Sum(p => p.GetProperty("tally").GetProperty("count").GetInt32()));
        Assert.Contains("Задним числом", table.Output, StringComparison.Ordinal);
        Assert.Contains("К руководителю", table.Output, StringComparison.Ordinal);
        await File.WriteAllTextAsync(settings, """{"language": "en", "tiers": {"clientManagers": {"departments": [1]}}}""", Stop);
        Assert.Equal(0, (await program.RunAsync("settings", "put", settings)).ExitCode);
        Assert.Contains("With hindsight", (await program.RunAsync(ask)).Output, StringComparison.Ordinal);

        foreach (var (part, instead, remedy) in new[] { ("\"on\": \"created\"", "\"on\": \"button\"", "begins by a button"), ("\"acceptedBy\": [\"call\"]", "\"acceptedBy\": []", "Add \"acceptedBy\"") })
        {
            await File.WriteAllTextAsync(file, example.Replace(part, instead, StringComparison.Ordinal), Stop);
            (await program.RunAsync(ask)).MustFail(1, remedy);
        }
    }

    /// <summary>Every row of every table.</summary>
    private static List<string> Contents(string database)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        List<string> Read(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            using var reader = command.ExecuteReader();
            var rows = new List<string>();
            while (reader.Read())
            {
                rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : $"{reader.GetValue(i)}")));
            }

            return rows;
        }

        var tables = Read("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
        Assert.Contains("verdicts", tables);
        return [.. tables.SelectMany(table => Read($"SELECT * FROM \"{table}\"").Order(StringComparer.Ordinal).Select(row => $"{table}: {row}"))];
    }
}
