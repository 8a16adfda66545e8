using System.Text;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Rules.Documents;

namespace Bitrix24Addon.Norms.Deciding;

/// <summary>The corrective task: what was done, what was required, how that was counted, and the records it rests on.</summary>
internal static class NormTask
{
    // The report of the day has every record; a task stays readable.
    private const int RecordsShown = 50;

    public static CreateTask Of(NormRule rule, NormFacts facts, Decision decision)
    {
        var texts = Texts.For(facts.Language);
        var name = BbCode.Plain(rule.Name.In(texts));
        var date = texts.Date(PortalDays.ToDate(facts.Day));
        var metric = MetricCatalogue.ByCode[rule.Metric];
        var text = new StringBuilder()
            .AppendLine(texts.Get(metric.LowerIsBetter ? "Norms.task_above" : "Norms.task_below", name, date, texts.Get($"Metrics.{metric.Code}")))
            .AppendLine()
            .AppendLine(NormWords.Arithmetic(metric, decision, texts));
        foreach (var line in NormWords.Explanations(decision, texts))
        {
            text.AppendLine(line);
        }

        AddRecords(text, facts, decision, texts);
        text.AppendLine().AppendLine(texts.Get("Norms.task_do")).Append("[I]").Append(texts.Get("Norms.automatic")).Append("[/I]");
        return new CreateTask(
            $"norm:{rule.Id}:{rule.VersionNumber}:{facts.UserId}:{facts.Day}", $"user:{facts.UserId}", texts.Get("Norms.task_title", rule.Name.In(texts), date),
            text.ToString(), facts.UserId, facts.TaskDeadlineMs);
    }

    private static void AddRecords(StringBuilder text, NormFacts facts, Decision decision, Texts texts)
    {
        if (decision.Evidence.Count == 0)
        {
            text.AppendLine().AppendLine(texts.Get("Norms.no_records"));
            return;
        }

        text.AppendLine().AppendLine(texts.Count("Norms.records", decision.Evidence.Count));
        foreach (var record in decision.Evidence.Take(RecordsShown))
        {
            var id = FactKeys.RecordId(record.Kind, record.Id);
            var name = texts.Get("Norms.record", texts.Get($"Reports.record_{record.Kind.ToString().ToLowerInvariant()}"), id);
            text.Append("• ").AppendLine(PortalPaths.Of(record.Kind, id, facts.UserId) is { } page ? $"[URL=https://{facts.PortalHost}{page.Path}]{name}[/URL]" : name);
        }

        if (decision.Evidence.Count > RecordsShown)
        {
            text.AppendLine(texts.Get("Norms.more_records", decision.Evidence.Count - RecordsShown));
        }
    }
}
