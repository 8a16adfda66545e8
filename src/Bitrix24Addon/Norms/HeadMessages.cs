using System.Text;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Rules.Documents;

namespace Bitrix24Addon.Norms;

/// <summary>A verdict that was corrected.</summary>
/// <param name="Rule">The norm, in the version that judged.</param>
/// <param name="Verdict">The last revision.</param>
internal sealed record Correction(NormRule Rule, VerdictRow Verdict);

/// <summary>
/// The messages to the heads after a close: each receives the table of his people and the report of the day, when somebody of his is
/// below a norm that says so, or a verdict was corrected since the last message.
/// </summary>
internal static class HeadMessages
{
    // A message holds 20,000 characters; the last lines need room as well.
    private const int LongestTable = 18_000;
    private const int LongestName = 100;

    // So that they leave room for the table; what is left over stands in the next message, because no file has it.
    private const int MostCorrections = 40;

    /// <summary>The messages, and the corrections that found no room in them.</summary>
    public static (IReadOnlyList<Effect> Messages, IReadOnlyList<Correction> Waiting) Of(
        NormSession session, Membership membership, IReadOnlyList<Judged> judged, IReadOnlyList<Correction> corrections, int day)
    {
        var told = judged.Where(j => j.Rule is { DryRun: false, BelowNorm.TellHead: true }).ToList();
        var later = corrections.Where(c => c.Rule.BelowNorm.TellHead)
            .OrderBy(c => c.Verdict.Day).ThenBy(c => c.Verdict.UserId).ThenBy(c => c.Verdict.RuleId, StringComparer.Ordinal).ToList();
        IReadOnlySet<long> DepartmentsOf(long user, int on) => membership.Of(user, on);
        var departments = told.SelectMany(j => DepartmentsOf(j.Facts.UserId, day)).Concat(later.SelectMany(c => DepartmentsOf(c.Verdict.UserId, c.Verdict.Day)));
        var messages = new List<Effect>();
        var waiting = new List<Correction>();
        foreach (var receiver in ReportReceivers.Choose(session.Portal, membership, departments, session.Portal.Metrics.Days.DayOf(session.NowMs)))
        {
            var his = told.Where(j => DepartmentsOf(j.Facts.UserId, day).Contains(receiver.DepartmentId)).ToList();
            var hisLater = later.Where(c => DepartmentsOf(c.Verdict.UserId, c.Verdict.Day).Contains(receiver.DepartmentId)).ToList();
            if (hisLater.Count > 0 || his.Exists(j => j.Decision.Outcome == NormOutcome.Below))
            {
                waiting.AddRange(hisLater.Skip(MostCorrections));
                var department = membership.Departments.GetValueOrDefault(receiver.DepartmentId)?.Name ?? $"#{receiver.DepartmentId}";
                messages.Add(new SendReport(
                    $"norm-head:{day}:{receiver.DialogId}:{receiver.DepartmentId}", $"dialog:{receiver.DialogId}", receiver.DialogId,
                    Write(session.Portal, department, his, hisLater, day), day, day, DepartmentId: receiver.DepartmentId));
            }
        }

        return (messages, waiting);
    }

    private static string Write(PortalContext portal, string department, List<Judged> judged, List<Correction> corrections, int day)
    {
        var texts = Texts.For(portal.Settings.Language);
        var message = new StringBuilder("[B]").Append(texts.Get("Norms.head_title", Shown(department), texts.Date(PortalDays.ToDate(day)))).AppendLine("[/B]");
        var lines = new List<string>();
        var met = judged.FindAll(j => j.Decision.Outcome != NormOutcome.NoVerdict);
        var without = met.FindAll(j => j.Decision.Arithmetic.IsWithoutAbsences);
        if (without.Count == met.Count && met.Count > 0)
        {
            lines.Add(texts.Get("Norms.without_absences"));
        }
        else if (without.Count > 0)
        {
            var names = without.Select(j => j.Facts.UserId).Distinct().Select(id => Shown(portal.Directory.NameOf(id)));
            lines.Add(texts.Get("Norms.without_absences_of", string.Join(", ", names.Order(StringComparer.Create(texts.Culture, ignoreCase: true)))));
        }

        if (judged.Exists(j => j.Decision is { Outcome: not NormOutcome.NoVerdict, Arithmetic.IsCalendarUnknown: true }))
        {
            lines.Add(texts.Get("Norms.calendar_unknown", PortalDays.ToDate(day).Year));
        }

        foreach (var ofRule in judged.GroupBy(j => j.Rule))
        {
            lines.AddRange(["", $"[B]{Shown(ofRule.Key.Name.In(texts))}[/B] ({texts.Get($"Metrics.{ofRule.Key.Metric}")})"]);
            lines.AddRange(ofRule.Where(j => j.Decision.Reason is not (NormReason.NothingPlanned or NormReason.StandardZero))
                .OrderBy(j => j.Decision.Outcome == NormOutcome.Below ? 0 : 1).ThenBy(j => j.Decision.Outcome)
                .ThenBy(j => portal.Directory.NameOf(j.Facts.UserId), StringComparer.Create(texts.Culture, ignoreCase: true)).ThenBy(j => j.Facts.UserId)
                .Select(j => Line(portal, j, texts)));
        }

        var later = Corrections(portal, corrections, texts);
        var shown = lines.TakeWhile(line => message.Append(line).AppendLine().Length < LongestTable - later.Length).Count();
        if (shown < lines.Count - 1)
        {
            message.AppendLine(texts.Get("Norms.head_more"));
        }

        return message.Append(later).AppendLine().Append("[I]").Append(texts.Get("Norms.head_automatic")).Append("[/I]").ToString();
    }

    private static string Corrections(PortalContext portal, List<Correction> corrections, Texts texts)
    {
        if (corrections.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder().AppendLine().Append("[B]").Append(texts.Get("Norms.head_corrections")).AppendLine("[/B]");
        text.AppendJoin(Environment.NewLine, corrections.Take(MostCorrections).Select(c => Line(portal, c, texts))).AppendLine();
        return corrections.Count > MostCorrections
            ? text.AppendLine(texts.Count("Norms.head_more_corrections", corrections.Count - MostCorrections)).ToString()
            : text.ToString();
    }

    private static string Line(PortalContext portal, Judged judged, Texts texts)
    {
        var metric = MetricCatalogue.ByCode[judged.Rule.Metric];
        var (decision, counted) = (judged.Decision, judged.Decision.Arithmetic);
        var line = texts.Get(
            "Norms.head_line", Shown(portal.Directory.NameOf(judged.Facts.UserId)), metric.InWords(counted.Actual, texts),
            metric.InWords(counted.Required, texts), NormWords.Outcome(decision.Outcome, decision.Reason, texts));
        return counted.ExcludedSeconds > 0 ? $"{line}; {texts.Get("Norms.excluded", texts.HoursMinutesSeconds(counted.ExcludedSeconds))}" : line;
    }

    private static string Line(PortalContext portal, Correction correction, Texts texts)
    {
        var (rule, verdict) = (correction.Rule, correction.Verdict);
        var metric = MetricCatalogue.ByCode[rule.Metric];
        var counted = VerdictDocument.Parse(verdict.Document).Arithmetic;
        var said = verdict.Reason.Length > 0 ? $"Norms.reason_{verdict.Reason}" : $"Norms.outcome_{verdict.Outcome}";
        return texts.Get(
            "Norms.head_correction", texts.Date(PortalDays.ToDate(verdict.Day)), Shown(portal.Directory.NameOf(verdict.UserId)), Shown(rule.Name.In(texts)),
            metric.InWords(counted.Actual, texts), metric.InWords(counted.Required, texts), texts.Get(said));
    }

    /// <summary>Text from outside, made harmless and no longer than a line.</summary>
    private static string Shown(string text) => BbCode.Plain(text.Length > LongestName ? text[..LongestName] + "…" : text);
}
