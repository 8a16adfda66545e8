using System.Text.Json;
using Bitrix24Addon.Handoffs.Deciding;
using Bitrix24Addon.Rules.Documents;

namespace Bitrix24Addon.Tests.Handoffs;

/// <summary>What counts as an answer.</summary>
public sealed class QuestionnaireTests
{
    [Theory]
    [InlineData("filled", "\"Москва\"", true)]
    [InlineData("filled", "\"  \"", false)]
    [InlineData("filled", "\"\"", false)]
    [InlineData("filled", "null", false)]
    [InlineData("filled", "[]", false)]
    [InlineData("filled", "[\"\", null]", false)]
    [InlineData("filled", "[\"\", \"7\"]", true)]
    [InlineData("filled", "0", true)]
    [InlineData("filled", "\"N\"", true)]
    [InlineData("filled", "false", true)]
    [InlineData("filled", "{\"id\": 5, \"url\": \"https://example.ru/a.pdf\"}", true)]
    [InlineData("phone", "\"+7 916 123-45-67\"", true)]
    [InlineData("phone", "\"8 (916) 123 45 67\"", true)]
    [InlineData("phone", "\"9161234567\"", true)]
    [InlineData("phone", "\"+49 30 901820\"", true)]
    [InlineData("phone", "\"12345\"", false)]
    [InlineData("phone", "\"нет\"", false)]
    [InlineData("phone", "[{\"id\": 1, \"typeId\": \"EMAIL\", \"valueType\": \"WORK\", \"value\": \"anna@example.ru\"}]", false)]
    [InlineData("phone", "[{\"id\": 1, \"typeId\": \"EMAIL\", \"value\": \"89161234567\"}]", false)]
    [InlineData("phone", "[{\"id\": 1, \"typeId\": \"EMAIL\", \"value\": \"anna@example.ru\"}, {\"id\": 2, \"typeId\": \"PHONE\", \"value\": \"+79161234567\"}]", true)]
    [InlineData("phone", "[{\"ID\": \"2\", \"TYPE_ID\": \"PHONE\", \"VALUE_TYPE\": \"WORK\", \"VALUE\": \"+79161234567\"}]", true)]
    [InlineData("mail", "\"anna@example.ru\"", true)]
    [InlineData("mail", "\"Анна <anna@example.ru>\"", false)]
    [InlineData("mail", "\"anna\"", false)]
    [InlineData("mail", "[{\"typeId\": \"PHONE\", \"value\": \"+79161234567\"}, {\"typeId\": \"EMAIL\", \"value\": \"anna@example.ru\"}]", true)]
    [InlineData("oneOf", "\"CALL\"", true)]
    [InlineData("oneOf", "5", true)]
    [InlineData("oneOf", "\"WEB\"", false)]
    [InlineData("oneOf", "[\"WEB\", \"5\"]", true)]
    [InlineData("atLeast", "1000", true)]
    [InlineData("atLeast", "999.99", false)]
    [InlineData("atLeast", "\"1500.50|RUB\"", true)]
    [InlineData("atLeast", "\"много\"", false)]
    public void An_answer_is_what_the_check_asks_for(string check, string value, bool isAnswer)
    {
        var question = Question(check);
        using var item = JsonDocument.Parse($"{{\"id\": 1, \"field\": {value}}}");

        Assert.Equal(isAnswer ? [] : [question], Questionnaire.Unanswered([question], item.RootElement));
    }

    [Fact]
    public void What_is_missing_is_told_in_the_order_of_the_rule()
    {
        var questions = new[] { "title", "ufCrmRegion", "opportunity", "comments" }.Select(field => new Question { Field = field }).ToList();
        using var item = JsonDocument.Parse("""{"title": "Сделка", "comments": "", "opportunity": 0}""");

        Assert.Equal(["ufCrmRegion", "comments"], Questionnaire.Unanswered(questions, item.RootElement).Select(q => q.Field));
    }

    private static Question Question(string check) => new()
    {
        Field = "field",
        Check = Enum.Parse<QuestionCheck>(check, ignoreCase: true),
        Values = check == "oneOf" ? ["5", "CALL"] : [],
        Least = check == "atLeast" ? 1000 : null,
    };
}
