using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Chaos;

/// <summary>What is left after a run: what the add-on knows and judged, and what it did in the portal.</summary>
/// <param name="Facts">Current facts, one text each, without what nobody can find out afterwards.</param>
/// <param name="Figures">Figures of the metrics that can be found out afterwards.</param>
/// <param name="Verdicts">The last revision of each verdict.</param>
/// <param name="Effects">What the portal shows of the add-on, once for each time.</param>
/// <param name="Open">Effects that are neither done nor anything a person could take up.</param>
/// <param name="Counted">Files, which have no look, that may be doubled, as the add-on itself counts them.</param>
public sealed record ChaosOutcome(
    IReadOnlyList<string> Facts, IReadOnlyList<string> Figures, IReadOnlyList<string> Verdicts, IReadOnlyList<string> Effects, IReadOnlyList<string> Open,
    IReadOnlyList<string> Counted)
{
    // Notices of what was parked tell of the disturbance itself.
    private const string ParkedNotice = "parked:";

    /// <summary>What the undisturbed run has and this one has not.</summary>
    /// <param name="undisturbed">The outcome of the run without disturbance.</param>
    public IReadOnlyList<string> Lost(ChaosOutcome undisturbed)
    {
        ArgumentNullException.ThrowIfNull(undisturbed);
        return
        [
            .. Missing(undisturbed.Facts, Facts), .. Missing(undisturbed.Figures, Figures), .. Missing(undisturbed.Verdicts, Verdicts),
            .. Missing(undisturbed.Effects, Effects), .. Open,
        ];
    }

    /// <summary>What this run has and the undisturbed one has not, or not so often; what was counted as a possible double is none.</summary>
    /// <param name="undisturbed">The outcome of the run without disturbance.</param>
    public IReadOnlyList<string> Doubled(ChaosOutcome undisturbed)
    {
        ArgumentNullException.ThrowIfNull(undisturbed);
        return
        [
            .. Missing(Facts, undisturbed.Facts), .. Missing(Figures, undisturbed.Figures), .. Missing(Verdicts, undisturbed.Verdicts),
            .. Missing(Missing(Effects, undisturbed.Effects), Counted),
        ];
    }

    /// <summary>Reads both sides.</summary>
    /// <param name="db">A context of the portal.</param>
    /// <param name="portal">The portal.</param>
    public static async Task<ChaosOutcome> ReadAsync(AddonDbContext db, SimulatedPortal portal)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(portal);
        var facts = await db.Facts.AsNoTracking().Where(f => f.IsCurrent && !f.Deleted).ToListAsync();
        var own = (await db.Effects.AsNoTracking().Where(e => e.ResultId != null).ToListAsync())
            .Where(e => Outbox.Read(e.Document) is CreateTask).Select(e => e.ResultId!.Value).ToHashSet();

        // Owners do not change here: what a later reading finds for the company it finds for the person.
        var figures = (await db.Figures.AsNoTracking().ToListAsync()).Where(f => MetricCatalogue.ByCode[f.Metric].Recovery != MetricRecovery.Observed);
        var verdicts = (await db.Verdicts.AsNoTracking().ToListAsync()).GroupBy(v => (v.RuleId, v.Day, v.UserId)).Select(g => g.MaxBy(v => v.Revision)!);
        var effects = await db.Effects.AsNoTracking().Where(e => !e.Key.StartsWith(ParkedNotice)).ToListAsync();
        var notifications = portal.Notifications.Where(n => n.Tag?.StartsWith(ParkedNotice, StringComparison.Ordinal) != true);
        return new ChaosOutcome(
            [.. facts.Where(f => f.Kind != FactKind.Task || !own.Contains(f.SourceId)).Select(f => Line($"fact {f.Kind} {f.SourceId} {f.OccurredAtMs} {WithoutHash(f.Payload)}"))],
            [.. figures.Select(f => Line($"figure {f.Day} {f.UserId} {f.Metric} {f.Detail} {f.Sum} {f.Count} {f.Cases}"))],
            [.. verdicts.Select(v => Line($"verdict {v.RuleId} {v.RuleVersion} {v.Day} {v.UserId} {v.Outcome} {v.Reason} {v.IsDry} {JsonDocument.Parse(v.Document).RootElement.GetProperty("arithmetic")}"))],
            [.. await TasksAsync(portal), .. notifications.Select(n => $"notification {n.UserId} {n.Tag} {n.Text}"), .. portal.Messages.Select(m => Message(m.DialogId, m.Text, m.File?.Name))],
            [.. effects.Where(e => e.State != EffectState.Done).Select(e => $"effect {e.Key} {e.State} {e.Failure}")],
            [.. effects.Where(e => e.MayBeDoubled).Select(e => Outbox.Read(e.Document)).OfType<SendReport>().Select(r => Message(r.DialogId, r.Message, ""))]);
    }

    /// <summary>A file is named by its text; the name tells when it was made.</summary>
    private static string Message(string dialogId, string text, string? file) => $"message {dialogId} {(file is null ? "" : "file ")}{text}";

    private static async Task<IEnumerable<string>> TasksAsync(SimulatedPortal portal)
    {
        using var http = new HttpClient();
        var tasks = new List<string>();
        for (var last = 0L; ;)
        {
            using var content = new StringContent(
                $$$"""{"order":{"ID":"asc"},"filter":{">ID":{{{last}}}},"select":["ID","TITLE","DESCRIPTION","RESPONSIBLE_ID","DEADLINE"],"start":-1}""",
                System.Text.Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(new Uri(portal.WebhookUrl, "tasks.task.list"), content);
            var page = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["result"]!["tasks"]!.AsArray();
            foreach (var task in page)
            {
                last = long.Parse((string)task!["id"]!, CultureInfo.InvariantCulture);
                if (TaskMark.FindIn((string?)task["description"]) is { } mark)
                {
                    tasks.Add($"task {mark} {task["title"]} {task["responsibleId"]} {task["deadline"]}");
                }
            }

            if (page.Count == 0)
            {
                return tasks;
            }
        }
    }

    /// <summary>Numbers are hashed with a key of the installation.</summary>
    private static string WithoutHash(string payload)
    {
        var json = (JsonObject)JsonNode.Parse(payload)!;
        json.Remove("phoneHash");
        return json.ToJsonString();
    }

    private static List<string> Missing(IReadOnlyList<string> all, IReadOnlyList<string> from)
    {
        var left = from.GroupBy(line => line).ToDictionary(g => g.Key, g => g.Count());
        return [.. all.GroupBy(line => line).SelectMany(g => g.Skip(left.GetValueOrDefault(g.Key)))];
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
