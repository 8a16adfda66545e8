using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;
using NodaTime;
using Spectre.Console;

namespace Bitrix24Addon.Functions.Cli;

/// <summary><c>what-if</c>: what a rule would have said on past days, by all that is known today. It writes nothing.</summary>
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
        var read = await _addon.Rules.ReadAsync(portal, document, cancellationToken);
        var (from, to) = (PortalDays.ToDay(parsed.GetValue(_from)!.Value), PortalDays.ToDay(parsed.GetValue(_to)!.Value));
        if (read is HandoffRule handoff)
        {
            var handoffs = await _addon.HandoffWhatIf.RunAsync(portal, handoff, from, to, cancellationToken);
            if (parsed.GetValue(_format) == "json")
            {
                Terminal.Print(JsonSerializer.Serialize(WhatIfOfHandoffs.InJson(handoff, handoffs, from, to), Json));
            }
            else
            {
                new WhatIfOfHandoffs(_addon).Show(handoff, await _addon.Registry.ContextAsync(portal, cancellationToken), handoffs, from, to);
            }

            return 0;
        }

        var rule = (NormRule)read;
        var verdicts = await _addon.WhatIf.RunAsync(portal, rule, from, to, cancellationToken);
        var context = await _addon.Registry.ContextAsync(portal, cancellationToken);
        if (parsed.GetValue(_format) == "json")
        {
            Terminal.Print(JsonSerializer.Serialize(
                new
                {
                    rule = rule.Id, from = PortalDays.ToIso(from), to = PortalDays.ToIso(to), hindsight = true, calendarsFrom = PortalDays.ToIso(CalendarsFrom(context)),
                    verdicts = verdicts.Select(Row),
                },
                Json));
        }
        else
        {
            Show(rule, context, verdicts, from, to);
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
        withoutAbsences = verdict.Decision.Arithmetic.IsWithoutAbsences,
        calendarUnknown = verdict.Decision.Arithmetic.IsCalendarUnknown,
    };

    /// <summary>The first whole day of which calendars were read; what-if is asked only after the first synchronisation.</summary>
    private static int CalendarsFrom(PortalContext context) =>
        PortalDays.ToDay(PortalDays.ToDate(context.Metrics.Days.DayOf(PortalSync.CalendarStartMs(context.Portal)!.Value - 1)).PlusDays(1));

    private void Show(NormRule rule, PortalContext context, IReadOnlyList<WhatIfVerdict> verdicts, int from, int to)
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
                new Text(PortalDays.ToIso(verdict.Day)), new Text(context.Directory.NameOf(verdict.UserId)), new Text(metric.InWords(counted.Actual, texts)),
                new Text(metric.InWords(counted.Required, texts)), new Text(NormWords.Outcome(decision.Outcome, decision.Reason, texts) + StarsOf(verdict)));
        }

        _addon.Terminal.Output.Write(table);
        int Count(NormOutcome outcome) => verdicts.Count(v => v.Decision.Outcome == outcome);
        Terminal.Print(texts.Get("Cli.what_if_summary", Count(NormOutcome.Met), Count(NormOutcome.Below), Count(NormOutcome.NoVerdict)));
        ShowWhatIsUnknown(context, [.. verdicts.Where(v => StarsOf(v).Length > 0)]);
    }

    /// <summary>Marks a verdict that rests on something unknown; what it is stands under the table.</summary>
    private static string StarsOf(WhatIfVerdict verdict) => verdict.Decision switch
    {
        { Outcome: NormOutcome.NoVerdict } => "",
        { Arithmetic: { IsWithoutAbsences: true, IsCalendarUnknown: true } } => " * **",
        { Arithmetic.IsWithoutAbsences: true } => " *",
        { Arithmetic.IsCalendarUnknown: true } => " **",
        _ => "",
    };

    private void ShowWhatIsUnknown(PortalContext context, IReadOnlyList<WhatIfVerdict> starred)
    {
        var (texts, from) = (_addon.Texts, CalendarsFrom(context));
        var withoutAbsences = starred.Where(v => v.Decision.Arithmetic.IsWithoutAbsences).ToLookup(v => v.Day < from);
        if (withoutAbsences[true].Any())
        {
            Terminal.Print(texts.Get("Cli.what_if_before_calendars", texts.Date(PortalDays.ToDate(from))));
        }

        if (withoutAbsences[false].Any())
        {
            Terminal.Print("* " + texts.Get("Norms.without_absences"));
        }

        foreach (var year in starred.Where(v => v.Decision.Arithmetic.IsCalendarUnknown).Select(v => v.Day / 10000).Distinct())
        {
            Terminal.Print(texts.Get("Cli.what_if_calendar_unknown", year));
        }
    }
}
