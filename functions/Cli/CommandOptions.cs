using System.CommandLine;
using System.CommandLine.Parsing;
using NodaTime;
using NodaTime.Text;

namespace Bitrix24Addon.Functions.Cli;

/// <summary>Options of several verbs; a wrong value is told with the form it must have.</summary>
internal static class CommandOptions
{
    // Bitrix24 began in 2012; what lies outside is a slip of the finger that would walk through centuries of days.
    private const int FirstYear = 2000;
    private const int LastYear = 2100;

    public static Option<LocalDate?> Date(Texts texts, string name, string descriptionKey) => new(name)
    {
        Description = texts.Get(descriptionKey),
        HelpName = "yyyy-MM-dd",
        CustomParser = result =>
        {
            var date = DateOf(result.Tokens[0].Value);
            if (date is null)
            {
                result.AddError(texts.Get("Cli.bad_date", name, result.Tokens[0].Value));
            }

            return date;
        },
    };

    /// <summary>What was written for a date option; null when it is missing or wrong, which is told elsewhere.</summary>
    public static LocalDate? Written(CommandResult command, Option option) => DateOf(command.GetResult(option) is { Tokens: [var token, ..] } ? token.Value : null);

    public static Option<long?> Id(Texts texts, string name, string descriptionKey)
    {
        var option = new Option<long?>(name) { Description = texts.Get(descriptionKey), HelpName = "id" };
        option.CustomParser = result =>
        {
            if (long.TryParse(result.Tokens[0].Value, out var id) && id > 0)
            {
                return id;
            }

            result.AddError(texts.Get("Cli.bad_id", name, result.Tokens[0].Value));
            return null;
        };
        return option;
    }

    /// <summary><c>--portal HOST</c>, for every verb.</summary>
    public static Option<string?> Portal(Texts texts) => new("--portal") { Description = texts.Get("Cli.portal"), HelpName = "HOST", Recursive = true };

    /// <summary>One of a few words; the first is the default.</summary>
    public static Option<string> Choice(Texts texts, string name, string descriptionKey, params string[] words)
    {
        var option = new Option<string>(name) { Description = texts.Get(descriptionKey), DefaultValueFactory = _ => words[0] };
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    /// <summary>A date within reach, or null.</summary>
    public static LocalDate? DateOf(string? text) =>
        LocalDatePattern.Iso.Parse(text ?? "") is { Success: true, Value: { Year: >= FirstYear and <= LastYear } date } ? date : null;
}
