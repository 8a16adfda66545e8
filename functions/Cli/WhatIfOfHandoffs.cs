using System.Text.Json;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Handoffs;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;
using Spectre.Console;

namespace Bitrix24Addon.Functions.Cli;

/// <summary>The answer of <c>what-if</c> for a handoff.</summary>
/// <param name="addon">The parts of the add-on.</param>
internal sealed class WhatIfOfHandoffs(Addon addon)
{
    private static readonly string[] Columns =
    [
        "Cli.column_name", "Handoffs.column_count", "Handoffs.column_in_time", "Handoffs.column_late", "Handoffs.column_open", "Handoffs.column_escalated",
        "Handoffs.column_median", "Handoffs.column_ninetieth",
    ];

    /// <summary>Writes it as JSON.</summary>
    public static object InJson(HandoffRule rule, IReadOnlyList<WhatIfHandoff> handoffs, int from, int to) => new
    {
        rule = rule.Id,
        from = PortalDays.ToIso(from),
        to = PortalDays.ToIso(to),
        hindsight = true,
        total = HandoffTally.Of(handoffs),
        people = handoffs.GroupBy(h => h.UserId).OrderBy(g => g.Key ?? long.MaxValue).Select(g => new { userId = g.Key, tally = HandoffTally.Of([.. g]) }),
        handoffs = handoffs.Select(h => new
        {
            item = Code(h.Kind),
            h.Id,
            h.UserId,
            began = At(h.BeganAtMs),
            due = At(h.DueAtMs),
            taken = h.TakenAtMs is { } taken ? At(taken) : (DateTimeOffset?)null,
            h.Minutes,
            outcome = Code(h.Outcome),
            escalated = h.IsEscalated,
        }),
    };

    /// <summary>Writes it as a table, a line for each person.</summary>
    public void Show(HandoffRule rule, PortalContext context, IReadOnlyList<WhatIfHandoff> handoffs, int from, int to)
    {
        var texts = addon.Texts;
        Terminal.Print(texts.Get("Cli.what_if_title", rule.Name.In(texts), texts.Date(PortalDays.ToDate(from)), texts.Date(PortalDays.ToDate(to))));
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in Columns)
        {
            table.AddColumn(new TableColumn(new Text(texts.Get(column))));
        }

        foreach (var person in handoffs.GroupBy(h => h.UserId).OrderByDescending(g => g.Count(h => h.Outcome == HandoffHindsight.Late)).ThenBy(g => g.Key ?? long.MaxValue))
        {
            Add(person.Key is { } user ? context.Directory.NameOf(user) : texts.Get("Handoffs.nobody"), HandoffTally.Of([.. person]));
        }

        Add(texts.Get("Handoffs.total"), HandoffTally.Of(handoffs));
        addon.Terminal.Output.Write(table);
        Terminal.Print(texts.Get("Handoffs.hindsight"));

        void Add(string name, HandoffTally tally) => table.AddRow(
            [new Text(name), .. new[] { tally.Count, tally.InTime, tally.Late, tally.Open, tally.Escalated }.Select(n => new Text(n.ToString("N0", texts.Culture))),
                new Text(tally.MedianMinutes?.ToString("#,0.#", texts.Culture) ?? "—"), new Text(tally.NinetiethMinutes?.ToString("N0", texts.Culture) ?? "—")]);
    }

    private static string Code<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
