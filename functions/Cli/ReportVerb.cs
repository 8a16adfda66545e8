using System.CommandLine;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using NodaTime;

namespace Bitrix24Addon.Functions.Cli;

/// <summary><c>report</c>: makes a report from the fact store, prints or saves it, and posts it into the portal when asked to.</summary>
internal static class ReportVerb
{
    // The overdue tasks of every day are counted, so a period has an end.
    private const int LongestYears = 10;

    public static Command Create(Addon addon)
    {
        var texts = addon.Texts;
        var from = CommandOptions.Date(texts, "--from", "Cli.report_from");
        var to = CommandOptions.Date(texts, "--to", "Cli.report_to");
        (from.Required, to.Required) = (true, true);
        var user = CommandOptions.Id(texts, "--user", "Cli.report_user");
        var department = CommandOptions.Id(texts, "--department", "Cli.report_department");
        var by = CommandOptions.Choice(texts, "--by", "Cli.report_by", "total", "day");
        var format = CommandOptions.Choice(texts, "--format", "Cli.report_format", "table", "json", "xlsx");
        var output = new Option<string>("--output") { Description = texts.Get("Cli.report_output"), HelpName = "FILE" };
        var command = new Command("report", texts.Get("Cli.report")) { from, to, user, department, by, format, output };
        command.Validators.Add(result =>
        {
            if (CommandOptions.Written(result, from) is { } first && CommandOptions.Written(result, to) is { } last)
            {
                if (first > last)
                {
                    result.AddError(texts.Get("Cli.from_after_to", PortalDays.ToIso(PortalDays.ToDay(first)), PortalDays.ToIso(PortalDays.ToDay(last))));
                }
                else if (first.PlusYears(LongestYears) < last)
                {
                    result.AddError(texts.Get("Cli.period_too_long", LongestYears));
                }
            }

            if (result.GetResult(output) is not null && result.GetValue(format) != "xlsx")
            {
                result.AddError(texts.Get("Cli.output_needs_xlsx"));
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new ReportRequest(
                PortalDays.ToDay(parsed.GetValue(from)!.Value), PortalDays.ToDay(parsed.GetValue(to)!.Value), parsed.GetValue(user),
                parsed.GetValue(department));
            var portal = await addon.FindAsync(cancellationToken);
            var report = await addon.Reports.BuildAsync(portal, request, cancellationToken);
            var byDay = parsed.GetValue(by) == "day";
            switch (parsed.GetValue(format))
            {
                case "json":
                    Terminal.Print(ReportJson.Write(report, byDay));
                    break;
                default:
                    new ReportTable(addon.Terminal).Show(report, byDay);
                    break;
            }

            return 0;
        });
        return command;
    }
}
