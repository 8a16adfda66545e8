using System.Globalization;
using System.Net.Mail;
using System.Text.Json;
using Bitrix24Addon.Rules.Documents;
using PhoneNumbers;

namespace Bitrix24Addon.Handoffs.Deciding;

/// <summary>
/// Tells what a lead or deal lacks before it may be offered. A field of several values answers when one of them does; phones and mail addresses of
/// <c>fm</c> answer to their own kind alone.
/// </summary>
public static class Questionnaire
{
    private static readonly PhoneNumberUtil Numbers = PhoneNumberUtil.GetInstance();

    /// <summary>The questions that have no answer, in the order of the rule.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="item">The item as <c>crm.item.get</c> gives it.</param>
    /// <param name="region">Country of numbers written without their code, ISO 3166.</param>
    public static IReadOnlyList<Question> Unanswered(IReadOnlyList<Question> questions, JsonElement item, string region = "RU")
    {
        ArgumentNullException.ThrowIfNull(questions);
        return [.. questions.Where(question => !Values(item, question).Any(value => IsAnswer(question, value, region)))];
    }

    private static bool IsAnswer(Question question, string value, string region) => question.Check switch
    {
        QuestionCheck.Phone => IsPhone(value, region),
        QuestionCheck.Mail => MailAddress.TryCreate(value, out var mail) && mail.Address == value,
        QuestionCheck.OneOf => question.Values.Contains(value),
        QuestionCheck.AtLeast => decimal.TryParse(value.Split('|')[0], NumberStyles.Number, CultureInfo.InvariantCulture, out var number) && number >= question.Least,
        _ => true,
    };

    /// <summary>The values of a field in words; blanks are none.</summary>
    private static IEnumerable<string> Values(JsonElement item, Question question)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(question.Field, out var field))
        {
            return [];
        }

        var values = field.ValueKind == JsonValueKind.Array ? field.EnumerateArray().Select(value => TextOf(value, question.Check)) : [TextOf(field, question.Check)];
        return values.OfType<string>().Select(value => value.Trim()).Where(value => value.Length > 0);
    }

    private static string? TextOf(JsonElement value, QuestionCheck check) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "Y",
        JsonValueKind.False => "N",
        JsonValueKind.Object => Multifield(value, check),
        _ => null,
    };

    /// <summary>A row of <c>fm</c>; of another object, such as a file, it is enough that it is there.</summary>
    private static string? Multifield(JsonElement row, QuestionCheck check)
    {
        var parts = row.EnumerateObject().ToDictionary(p => p.Name.Replace("_", "", StringComparison.Ordinal), p => p.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var isOfKind = check switch { QuestionCheck.Phone => IsOf("PHONE"), QuestionCheck.Mail => IsOf("EMAIL"), _ => true };
        return !isOfKind ? null : parts.TryGetValue("value", out var value) ? value : parts.Values.FirstOrDefault(text => text.Length > 0);

        bool IsOf(string kind) => !parts.TryGetValue("typeId", out var typeId) || typeId == kind;
    }

    private static bool IsPhone(string value, string region)
    {
        try
        {
            return Numbers.IsValidNumber(Numbers.Parse(value, region));
        }
        catch (NumberParseException)
        {
            return false;
        }
    }
}
