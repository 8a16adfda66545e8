using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Tests.Walls;

namespace Bitrix24Addon.Tests.Rules;

/// <summary>A rule file is understood wholly or refused, with the line and what to do.</summary>
public sealed class RuleDocumentTests
{
    private const string Good = """
        {
          // so many calls a day
          "id": "calls",
          "name": {"ru": "Звонки", "en": "Calls"},
          "metric": "calls_over_30s",
          "targets": [
            {"scope": "everyone", "perDay": 25},
            {"scope": {"tier": "callCentre"}, "perDay": 40.5},
            {"scope": {"department": 11}, "perDay": 30},
            {"scope": {"user": 113}, "perDay": 10},
          ],
          "kind": "norm"
        }
        """;

    [Fact]
    public void The_example_of_the_repository_is_a_rule()
    {
        var rule = Assert.IsType<NormRule>(RuleDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "examples", "norm-calls.json"))));

        Assert.Equal("calls_over_30s", rule.Metric);
        Assert.Equal([new NormTarget(new NormScope(DepartmentId: 11), 25)], rule.Targets);
        Assert.Equal(new BelowNorm(), rule.BelowNorm);
    }

    [Fact]
    public void What_is_left_out_has_its_default_and_what_is_written_is_read_back()
    {
        var rule = Assert.IsType<NormRule>(RuleDocument.Parse(Good));

        Assert.Equal([NormScope.Everyone, new NormScope(Tier: Tier.CallCentre), new NormScope(DepartmentId: 11), new NormScope(UserId: 113)], rule.Targets.Select(t => t.Scope));
        Assert.Equal(40.5m, rule.Targets[1].PerDay);
        Assert.True(rule is { Enabled: true, DryRun: false, BelowNorm: { Task: true, TellHead: true, DeadlineWorkingMinutes: null }, Excluded.Count: 0 });
        Assert.Equal(rule.ToDocument(), RuleDocument.Parse(rule.ToDocument()).ToDocument());
    }

    [Theory]
    [InlineData("\"metric\": \"calls_over_30s\"", "\"metric\": \"calls\"", 5, "Rules.unknown_metric")]
    [InlineData("\"metric\": \"calls_over_30s\"", "\"metric\": \"won_sum_by_currency\"", 5, "Rules.metric_by_currency")]
    [InlineData("\"metric\": \"calls_over_30s\"", "\"metrik\": \"calls_over_30s\"", 5, "Rules.malformed")]
    [InlineData("\"id\": \"calls\"", "\"id\": \"Calls today\"", 3, "Rules.bad_id")]
    [InlineData("\"ru\": \"Звонки\"", "\"ru\": \" \"", 4, "Rules.bad_name")]
    [InlineData("\"perDay\": 25", "\"perDay\": 0", 7, "Rules.bad_target")]
    [InlineData("\"perDay\": 40.5", "\"perDay\": -1", 8, "Rules.bad_target")]
    [InlineData("\"perDay\": 30", "\"perDay\": \"30\"", 9, "Rules.malformed")]
    [InlineData("{\"user\": 113}", "{\"department\": 11}", 10, "Rules.scope_twice")]
    [InlineData("{\"user\": 113}", "{\"user\": 113, \"department\": 11}", 10, "Rules.malformed")]
    [InlineData("{\"tier\": \"callCentre\"}", "{\"tier\": \"callcentre\"}", 8, "Rules.malformed")]
    [InlineData("\"everyone\"", "\"all\"", 7, "Rules.malformed")]
    [InlineData("\"kind\": \"norm\"", "\"kind\": \"norms\"", 12, "Rules.kind")]
    [InlineData("\"kind\": \"norm\"", "\"kind\": \"norm\", \"belowNorm\": {\"deadlineWorkingMinutes\": 0}", 12, "Rules.bad_deadline")]
    [InlineData("\"kind\": \"norm\"", "\"kind\": \"norm\", \"excluded\": [5, -1]", 12, "Rules.bad_excluded")]
    [InlineData("\"kind\": \"norm\"", "\"kind\": \"norm\", \"version\": 3", 12, "Rules.malformed")]
    [InlineData("\"kind\": \"norm\"", "\"enabled\": true", 1, "Rules.kind")]
    [InlineData("{\"scope\": \"everyone\", \"perDay\": 25}", "null", 7, "Rules.no_target")]
    [InlineData("\"perDay\": 25", "\"note\": 25", 7, "Rules.malformed")]
    [InlineData("\"scope\": \"everyone\", \"perDay\": 25", "\"scope\": \"everyone\"", 7, "Rules.malformed")]
    [InlineData("\"scope\": \"everyone\", \"perDay\": 25", "\"perDay\": 25", 7, "Rules.malformed")]
    [InlineData("\"scope\": \"everyone\"", "\"scope\": null", 7, "Rules.malformed")]
    [InlineData("\"perDay\": 25", "\"perDay\": 25, \"perDay\": 1", 7, "Rules.malformed")]
    [InlineData("\"id\": \"calls\"", "\"id\": \"calls\", \"id\": \"other\"", 3, "Rules.malformed")]
    [InlineData("\"kind\": \"norm\"", "\"kind\": \"norm\", \"kind\": \"norm\"", 12, "Rules.malformed")]
    [InlineData("\"targets\": [", "\"targets\": null, \"excluded\": [", 6, "Rules.malformed")]
    public void An_error_is_named_with_its_line(string part, string instead, int line, string textKey)
    {
        Assert.Contains(part, Good, StringComparison.Ordinal);

        var problem = Assert.Throws<ProblemException>(() => RuleDocument.Parse(Good.Replace(part, instead, StringComparison.Ordinal)));

        Assert.Equal(textKey, problem.TextKey);
        Assert.Equal((long)line, Convert.ToInt64(problem.Arguments[0], null));
        Assert.Contains("Прежняя версия остаётся в силе", Texts.Russian.Get(textKey, [.. problem.Arguments]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Rules.malformed")]
    [InlineData("null", "Rules.empty")]
    [InlineData("[]", "Rules.malformed")]
    [InlineData("{\"kind\": \"norm\"}", "Rules.malformed")]
    [InlineData("{\"kind\": 5}", "Rules.kind")]
    public void What_is_no_rule_is_refused(string document, string textKey) =>
        Assert.Equal(textKey, Assert.Throws<ProblemException>(() => RuleDocument.Parse(document)).TextKey);

    [Fact]
    public void Where_less_is_better_a_target_of_nothing_makes_sense()
    {
        var rule = (NormRule)RuleDocument.Parse(Good.Replace("calls_over_30s", "missed_calls", StringComparison.Ordinal).Replace("\"perDay\": 25", "\"perDay\": 0", StringComparison.Ordinal));

        Assert.Equal(0, rule.Targets[0].PerDay);
    }
}
