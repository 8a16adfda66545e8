using System.CommandLine;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Rules.Documents;
using Spectre.Console;

namespace Bitrix24Addon.Functions.Cli;

/// <summary><c>rules list|put FILE</c>: the portal's rules.</summary>
internal static class RulesVerb
{
    public static Command Create(Addon addon)
    {
        var list = new Command("list", addon.Texts.Get("Cli.rules_list"));
        list.SetAction((_, cancellationToken) => ListAsync(addon, cancellationToken));
        var file = new Argument<string>("FILE") { Description = addon.Texts.Get("Cli.rules_file") };
        var put = new Command("put", addon.Texts.Get("Cli.rules_put")) { file };
        put.SetAction((parsed, cancellationToken) => PutAsync(addon, parsed.GetRequiredValue(file), cancellationToken));
        return new Command("rules", addon.Texts.Get("Cli.rules")) { list, put };
    }

    private static async Task<int> ListAsync(Addon addon, CancellationToken cancellationToken)
    {
        var rules = await addon.Rules.ListAsync(await addon.FindAsync(cancellationToken), cancellationToken);
        if (rules.Count == 0)
        {
            Terminal.Print(addon.Texts.Get("Cli.rules_none"));
            return 0;
        }

        var texts = addon.Texts;
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in new[] { "Cli.column_rule", "Cli.column_version", "Cli.column_rule_name", "Cli.column_metric", "Cli.column_state" })
        {
            table.AddColumn(new TableColumn(new Text(texts.Get(column))));
        }

        foreach (var rule in rules)
        {
            var state = rule switch { { Enabled: false } => "Cli.rule_disabled", { DryRun: true } => "Cli.rule_dry", _ => "Cli.rule_enabled" };
            table.AddRow(
                new Text(rule.Id), new Text(rule.VersionNumber.ToString(texts.Culture)), new Text(rule.Name.In(texts)), new Text((rule as NormRule)?.Metric ?? ""),
                new Text(texts.Get(state)));
        }

        addon.Terminal.Output.Write(table);
        return 0;
    }

    private static async Task<int> PutAsync(Addon addon, string file, CancellationToken cancellationToken)
    {
        var document = await File.ReadAllTextAsync(file, cancellationToken);
        var saved = await addon.Rules.PutAsync(await addon.FindAsync(cancellationToken), document, cancellationToken);
        Terminal.Print(addon.Texts.Get(saved.IsNew ? "Cli.rules_saved" : "Cli.rules_same", saved.Rule.Id, saved.Rule.VersionNumber));
        foreach (var other in saved.SameMetric)
        {
            addon.Terminal.Say(addon.Texts.Get("Cli.rules_same_metric", other.Id));
        }

        return 0;
    }
}
