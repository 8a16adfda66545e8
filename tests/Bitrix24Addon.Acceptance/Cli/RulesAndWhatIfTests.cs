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
