using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;
using NodaTime;
using Spectre.Console;

namespace Bitrix24Addon.Functions.Cli;

/// <summary><c>what-if</c>: what a norm would have said on past days, by all that is known today. It writes nothing.</summary>
internal sealed class WhatIfVerb
{
    private const int LongestYears = 10;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Addon _addon;
    private readonly Option<string> _rule;
    private readonly Option<LocalDate?> _from;
    private readonly Option<LocalDate?> _to;
    private readonly Option<string> _format;

    private WhatIfVerb(Addon addon)
    {
        _addon = addon;
        _rule = new Option<string>("--rule") { Description = addon.Texts.Get("Cli.what_if_rule"), HelpName = "FILE", Required = true };
        _from = CommandOptions.Date(addon.Texts, "--from", "Cli.what_if_from");
        _from.Required = true;
        _to = CommandOptions.Date(addon.Texts, "--to", "Cli.what_if_to");
        _to.Required = true;
        _format = CommandOptions.Choice(addon.Texts, "--format", "Cli.what_if_format", "table", "json");
    }

    public static Command Create(Addon addon)
    {
        var verb = new WhatIfVerb(addon);
        var command = new Command("what-if", addon.Texts.Get("Cli.what_if")) { verb._rule, verb._from, verb._to, verb._format };
        command.Validators.Add(verb.Check);
        command.SetAction(verb.RunAsync);
        return command;
    }

    private void Check(CommandResult result)
    {
        if (CommandOptions.Written(result, _from) is not { } first || CommandOptions.Written(result, _to) is not { } last)
        {
            return;
        }

        if (first > last)
        {
            result.AddError(_addon.Texts.Get("Cli.from_after_to", PortalDays.ToIso(PortalDays.ToDay(first)), PortalDays.ToIso(PortalDays.ToDay(last))));
        }
        else if (first.PlusYears(LongestYears) < last)
        {
            result.AddError(_addon.Texts.Get("Cli.period_too_long", LongestYears));
        }
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var document = await File.ReadAllTextAsync(parsed.GetRequiredValue(_rule), cancellationToken);
        var portal = await _addon.FindAsync(cancellationToken);
        var rule = (NormRule)await _addon.Rules.ReadAsync(portal, document, cancellationToken);
        var (from, to) = (PortalDays.ToDay(parsed.GetValue(_from)!.Value), PortalDays.ToDay(parsed.GetValue(_to)!.Value));
        var verdicts = await _addon.WhatIf.RunAsync(portal, rule, from, to, cancellationToken);
        if (parsed.GetValue(_format) == "json")
        {
            Terminal.Print(JsonSerializer.Serialize(
                new { rule = rule.Id, from = PortalDays.ToIso(from), to = PortalDays.ToIso(to), hindsight = true, verdicts = verdicts.Select(Row) }, Json));
        }
        else
        {
            Show(rule, (await _addon.Registry.ContextAsync(portal, cancellationToken)).Directory, verdicts, from, to);
        }

        return 0;
    }

    private static object Row(WhatIfVerdict verdict) => new
    {
        userId = verdict.UserId,
        date = PortalDays.ToIso(verdict.Day),
        outcome = NormWords.CodeOf(verdict.Decision.Outcome),
        reason = verdict.Decision.Reason == NormReason.None ? null : NormWords.CodeOf(verdict.Decision.Reason),
        actual = verdict.Decision.Arithmetic.Actual,
        required = verdict.Decision.Arithmetic.Required,
        availableSeconds = verdict.Decision.Arithmetic.AvailableSeconds,
        standardSeconds = verdict.Decision.Arithmetic.StandardSeconds,
    };

    private void Show(NormRule rule, PortalDirectory directory, IReadOnlyList<WhatIfVerdict> verdicts, int from, int to)
    {
        var texts = _addon.Texts;
        var metric = MetricCatalogue.ByCode[rule.Metric];
        Terminal.Print(texts.Get("Cli.what_if_title", rule.Name.In(texts), texts.Date(PortalDays.ToDate(from)), texts.Date(PortalDays.ToDate(to))));
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in new[] { "Cli.column_day", "Cli.column_name", "Cli.column_actual", "Cli.column_required", "Cli.column_outcome" })
        {
            table.AddColumn(new TableColumn(new Text(texts.Get(column))));
        }

        foreach (var verdict in verdicts)
        {
            var (decision, counted) = (verdict.Decision, verdict.Decision.Arithmetic);
            table.AddRow(
                new Text(PortalDays.ToIso(verdict.Day)), new Text(directory.NameOf(verdict.UserId)), new Text(NormWords.Amount(metric, counted.Actual, texts)),
                new Text(NormWords.Amount(metric, counted.Required, texts)), new Text(NormWords.Outcome(decision.Outcome, decision.Reason, texts)));
        }

        _addon.Terminal.Output.Write(table);
        int Count(NormOutcome outcome) => verdicts.Count(v => v.Decision.Outcome == outcome);
        Terminal.Print(texts.Get("Cli.what_if_summary", Count(NormOutcome.Met), Count(NormOutcome.Below), Count(NormOutcome.NoVerdict)));
    }
}
