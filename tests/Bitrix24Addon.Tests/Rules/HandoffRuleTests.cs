using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Tests.Walls;

namespace Bitrix24Addon.Tests.Rules;

/// <summary>A file with a handoff is understood wholly or refused, with the line and what to do.</summary>
public sealed class HandoffRuleTests
{
    private static readonly string Good = Example("handoff-call-centre.json");

    [Fact]
    public void The_examples_of_the_repository_are_rules_and_are_read_back()
    {
        var rule = Assert.IsType<HandoffRule>(RuleDocument.Parse(Good));

        Assert.True(rule is { From: Tier.CallCentre, To: Tier.ClientManagers, Item: HandoffItem.Lead, AfterExpiry: HandoffExpiry.NextReceiver, MostReturns: 1 });
        Assert.Equal(["fm", "sourceId", "opportunity"], rule.Questionnaire.Select(q => q.Field));
        Assert.Equal(new HandoffTimes { Accept = 30, Work = 960, Mend = 120, Head = 240, RemindBefore = 10 }, rule.Times);
        Assert.True(rule.Receivers is { Order: ReceivingOrder.LeastLoaded, Limit: 15, KnownClientFirst: true, ByField: null });
        Assert.Equal(rule.ToDocument(), RuleDocument.Parse(rule.ToDocument()).ToDocument());

        var firstCall = Assert.IsType<HandoffRule>(RuleDocument.Parse(Example("handoff-first-call.json")));
        Assert.True(firstCall is { From: null, Trigger.On: HandoffStart.Created, Receivers.Order: ReceivingOrder.Responsible, Times.Accept: 60, AfterExpiry: HandoffExpiry.Head });
        Assert.Equal([HandoffAcceptance.Call], firstCall.AcceptedBy);
    }

    [Theory]
    [InlineData("\"to\": \"clientManagers\"", "\"to\": \"callCentre\"", "Rules.handoff_same_tier")]
    [InlineData("\"to\": \"clientManagers\"", "\"to\": \"managers\"", "Rules.malformed")]
    [InlineData("\"item\": \"lead\"", "\"item\": \"contact\"", "Rules.malformed")]
    [InlineData("\"stages\": [\"IN_PROCESS\"]", "\"stages\": []", "Rules.handoff_no_stage")]
    [InlineData("\"stages\": [\"IN_PROCESS\"]", "\"stages\": [\"в работе\"]", "Rules.handoff_stage")]
    [InlineData("\"stages\": [\"IN_PROCESS\"]", "\"stages\": [null]", "Rules.handoff_stage")]
    [InlineData("\"on\": \"stage\"", "\"on\": \"created\"", "Rules.handoff_needless")]
    [InlineData("\"on\": \"stage\", \"stages\": [\"IN_PROCESS\"]", "\"on\": \"category\"", "Rules.handoff_category")]
    [InlineData("\"on\": \"stage\", \"stages\": [\"IN_PROCESS\"]", "\"on\": \"category\", \"category\": 3", "Rules.handoff_category")]
    [InlineData("\"on\": \"stage\",", "\"on\": \"stage\", \"category\": 3,", "Rules.handoff_category")]
    [InlineData("\"field\": \"fm\"", "\"field\": \"Телефон\"", "Rules.handoff_field")]
    [InlineData("{\"field\": \"sourceId\"}", "{\"field\": \"fm\"}", "Rules.handoff_field_twice")]
    [InlineData("{\"field\": \"sourceId\"}", "null", "Rules.handoff_field")]
    [InlineData("{\"field\": \"sourceId\"}", "{\"field\": \"sourceId\", \"check\": \"oneOf\"}", "Rules.handoff_values")]
    [InlineData("{\"field\": \"sourceId\"}", "{\"field\": \"sourceId\", \"values\": [\"CALL\"]}", "Rules.handoff_values")]
    [InlineData("\"check\": \"atLeast\", \"least\": 1", "\"check\": \"atLeast\"", "Rules.handoff_least")]
    [InlineData("\"check\": \"phone\"", "\"check\": \"phone\", \"least\": 1", "Rules.handoff_least")]
    [InlineData("\"limit\": 15", "\"limit\": 0", "Rules.handoff_limit")]
    [InlineData("\"limit\": 15", "\"byField\": {\"field\": \"по региону\", \"people\": {\"Москва\": [113]}}", "Rules.handoff_field")]
    [InlineData("\"limit\": 15", "\"byField\": {\"field\": \"ufCrmRegion\", \"people\": {}}", "Rules.handoff_people")]
    [InlineData("\"limit\": 15", "\"byField\": {\"field\": \"ufCrmRegion\", \"people\": {\"Москва\": []}}", "Rules.handoff_people")]
    [InlineData("\"limit\": 15", "\"byField\": {\"field\": \"ufCrmRegion\", \"people\": {\"Москва\": [-1]}}", "Rules.handoff_people")]
    [InlineData("\"accept\": 30", "\"accept\": 0", "Rules.handoff_minutes")]
    [InlineData("\"work\": 960", "\"work\": 100001", "Rules.handoff_minutes")]
    [InlineData("\"accept\": 30, ", "", "Rules.malformed")]
    [InlineData("\"remindBefore\": 10", "\"remindBefore\": 30", "Rules.handoff_remind")]
    [InlineData("\"remindBefore\": 10", "\"remindBefore\": 0", "Rules.handoff_remind")]
    [InlineData("[\"call\", \"stageMove\"]", "[\"call\", \"call\"]", "Rules.handoff_twice")]
    [InlineData("[\"CONVERTED\", \"JUNK\"]", "[\"CONVERTED\", \"junk\"]", "Rules.handoff_stage")]
    [InlineData("\"code\": \"no-need\"", "\"code\": \"not-reached\"", "Rules.handoff_code_twice")]
    [InlineData("\"code\": \"no-need\"", "\"code\": \"Нет нужды\"", "Rules.handoff_code")]
    [InlineData("\"ru\": \"Потребность не выявлена\"", "\"ru\": \"\"", "Rules.bad_name")]
    [InlineData("\"mostReturns\": 1", "\"mostReturns\": -1", "Rules.handoff_returns")]
    [InlineData("\"mostReturns\": 1", "\"mostReturns\": 1, \"metric\": \"calls_out\"", "Rules.malformed")]
    [InlineData("\"from\": \"callCentre\",", "", "Rules.handoff_queue_from")]
    [InlineData("\"most\": 40,", "\"most\": 0,", "Rules.handoff_queue_most")]
    [InlineData("\"resumeAt\": 25", "\"resumeAt\": 40", "Rules.handoff_queue_resume")]
    [InlineData("\"mostWait\": 240", "\"mostWait\": 0", "Rules.handoff_minutes")]
    [InlineData("\"ru\": \"Актуализируйте холодную базу: телефоны и ответственных лиц\"", "\"ru\": \"\"", "Rules.bad_name")]
    public void An_error_is_named_with_its_line(string part, string instead, string textKey)
    {
        var line = Good.Split('\n').ToList().FindIndex(l => l.Contains(part, StringComparison.Ordinal)) + 1;
        Assert.True(line > 0, part);

        var problem = Assert.Throws<ProblemException>(() => RuleDocument.Parse(Good.Replace(part, instead, StringComparison.Ordinal)));

        Assert.Equal(textKey, problem.TextKey);
        if (textKey != "Rules.handoff_queue_from")
        {
            // Of what is missing there is no line: the place that asks for it is named.
            Assert.Equal((long)line, Convert.ToInt64(problem.Arguments[0], null));
        }

        foreach (var texts in new[] { Texts.Russian, Texts.English })
        {
            var told = texts.Get(textKey, [.. problem.Arguments]);
            Assert.Contains(texts == Texts.Russian ? "Прежняя версия остаётся в силе" : "The old version stays in force", told, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"\{\d", told);
        }
    }

    private static string Example(string name) => File.ReadAllText(Path.Combine(Repository.Root, "examples", name));
}
