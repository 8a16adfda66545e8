using System.CommandLine;
using System.CommandLine.Parsing;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using NodaTime;

namespace Bitrix24Addon.Functions.Cli;

/// <summary>
/// <c>report</c>: makes a report from the fact store, prints or saves it, and posts it into the portal when asked to.
/// <c>--to</c> stands for the last day and, a second time, for the dialog to post to; their forms tell them apart.
/// </summary>
internal sealed class ReportVerb
{
    // The overdue tasks of every day are counted, so a period has an end.
    private const int LongestYears = 10;

    private readonly Addon _addon;
    private readonly Option<LocalDate?> _from;
    private readonly Option<string[]> _to;
    private readonly Option<long?> _user;
    private readonly Option<long?> _department;
    private readonly Option<string> _by;
    private readonly Option<string> _format;
    private readonly Option<string> _output;
    private readonly Option<bool> _post;
    private readonly Option<bool> _again;

    private ReportVerb(Addon addon)
    {
        _addon = addon;
        var texts = addon.Texts;
        _from = CommandOptions.Date(texts, "--from", "Cli.report_from");
        _from.Required = true;
        _to = new Option<string[]>("--to") { Description = texts.Get("Cli.report_to"), HelpName = "yyyy-MM-dd", Arity = ArgumentArity.OneOrMore, Required = true };
        _user = CommandOptions.Id(texts, "--user", "Cli.report_user");
        _department = CommandOptions.Id(texts, "--department", "Cli.report_department");
        _by = CommandOptions.Choice(texts, "--by", "Cli.report_by", "total", "day");
        _format = CommandOptions.Choice(texts, "--format", "Cli.report_format", "table", "json", "xlsx");
        _output = new Option<string>("--output") { Description = texts.Get("Cli.report_output"), HelpName = "FILE" };
        _post = new Option<bool>("--post") { Description = texts.Get("Cli.report_post") };
        _again = new Option<bool>("--again") { Description = texts.Get("Cli.report_again") };
    }

    public static Command Create(Addon addon)
    {
        var verb = new ReportVerb(addon);
        var command = new Command("report", addon.Texts.Get("Cli.report"))
        {
            verb._from, verb._to, verb._user, verb._department, verb._by, verb._format, verb._output, verb._post, verb._again,
        };
        command.Validators.Add(verb.Check);
        command.SetAction(verb.RunAsync);
        return command;
    }

    private static IEnumerable<string> Days(string[] to) => to.Where(value => !PortalSettings.IsDialog(value));

    private static IEnumerable<string> Dialogs(string[] to) => to.Where(PortalSettings.IsDialog);

    private void Check(CommandResult result)
    {
        var texts = _addon.Texts;
        var written = result.GetResult(_to)?.Tokens.Select(t => t.Value).ToArray() ?? [];
        if (Days(written).FirstOrDefault(day => CommandOptions.DateOf(day) is null) is { } wrong)
        {
            result.AddError(texts.Get("Cli.bad_to", wrong));
        }
        else if (written.Length > 0 && (Days(written).Count() != 1 || Dialogs(written).Count() > 1))
        {
            result.AddError(texts.Get("Cli.one_day_one_dialog"));
        }
        else if (CommandOptions.Written(result, _from) is { } first && written.Length > 0)
        {
            var last = CommandOptions.DateOf(Days(written).Single())!.Value;
            if (first > last)
            {
                result.AddError(texts.Get("Cli.from_after_to", PortalDays.ToIso(PortalDays.ToDay(first)), PortalDays.ToIso(PortalDays.ToDay(last))));
            }
            else if (first.PlusYears(LongestYears) < last)
            {
                result.AddError(texts.Get("Cli.period_too_long", LongestYears));
            }
        }

        if (result.GetResult(_output) is not null && result.GetResult(_format) is not { Tokens: [{ Value: "xlsx" }] })
        {
            result.AddError(texts.Get("Cli.output_needs_xlsx"));
        }

        if (!result.GetValue(_post) && (Dialogs(written).Any() || result.GetValue(_again)))
        {
            result.AddError(texts.Get("Cli.post_options"));
        }
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var to = parsed.GetRequiredValue(_to);
        var request = new ReportRequest(
            PortalDays.ToDay(parsed.GetValue(_from)!.Value), PortalDays.ToDay(CommandOptions.DateOf(Days(to).Single())!.Value),
            parsed.GetValue(_user), parsed.GetValue(_department));
        var portal = await _addon.FindAsync(cancellationToken);
        var byDay = parsed.GetValue(_by) == "day";
        var format = parsed.GetValue(_format);
        var report = await _addon.Reports.BuildAsync(portal, request, ReportAsker.Operator, cancellationToken, withEvidence: format == "xlsx");
        switch (format)
        {
            case "json":
                Terminal.Print(ReportJson.Write(report, byDay));
                break;
            case "xlsx":
                await ReportDelivery.SaveAsync(_addon, report, parsed.GetValue(_output), cancellationToken);
                break;
            default:
                new ReportTable(_addon.Terminal).Show(report, byDay);
                break;
        }

        return parsed.GetValue(_post)
            ? await ReportDelivery.PostAsync(_addon, portal, request, Dialogs(to).FirstOrDefault(), parsed.GetValue(_again), cancellationToken)
            : 0;
    }
}
