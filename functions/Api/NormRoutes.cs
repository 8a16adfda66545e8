using System.Text.Json;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Rules.Documents;
using NodaTime;

namespace Bitrix24Addon.Functions.Api;

/// <summary>Norms: the rules with their versions, what a rule would say on past days, and saving. For administrators, marketers and heads.</summary>
internal sealed class NormRoutes
{
    // A dry run is looked at, not counted: a longer period is a what-if of the command line.
    private const int LongestDryRunDays = 31;

    private readonly Cli.Addon _addon;

    private NormRoutes(Cli.Addon addon) => _addon = addon;

    public static void Map(PageApi api, Cli.Addon addon)
    {
        var norms = new NormRoutes(addon);
        api.MapGet("norms", norms.ListAsync);
        api.MapGet("norms/{id}/versions", norms.HistoryAsync);
        api.MapPost<JsonElement>("norms/check", norms.CheckAsync);
        api.MapPost<DryRunRequest>("norms/dry-run", norms.TryAsync);
        api.MapPut<SaveRequest>("norms", norms.SaveAsync);
    }

    private static void RequireReader(Visitor visitor) => visitor.Require(Role.Administrator, Role.Marketer, Role.Head);

    /// <summary>Who is head and nothing more writes for his departments only.</summary>
    private static bool IsBound(Visitor visitor) => !visitor.IsAdministrator && !visitor.Roles.Contains(Role.Marketer);

    private async Task<object> ListAsync(Visitor visitor, HttpContext context)
    {
        RequireReader(visitor);
        var cancelled = context.RequestAborted;
        var rules = await _addon.Rules.ListAsync(visitor.Portal, cancelled);
        var people = await PortalPeople.ReadAsync(_addon.Storage, visitor, _addon.Time, cancelled);
        var sight = SightOf(visitor);
        var described = rules.OfType<NormRule>().Select(rule => (Rule: rule, Shown: sight is null ? rule : sight.Cut(rule))).Where(r => r.Shown is not null)
            .Select(r => new
            {
                r.Rule.Id, Version = r.Rule.VersionNumber, Name = r.Rule.Name.In(visitor.Texts), Document = Document(r.Shown!), MayEdit = sight?.IsHis(r.Rule) ?? true,
            });

        return new
        {
            Rules = described,
            Ids = rules.Select(r => r.Id),
            IsBound = IsBound(visitor),
            Metrics = MetricCatalogue.All.Where(m => !m.IsByCurrency).Select(m => new
            {
                m.Code, Name = m.NameIn(visitor.Texts), m.Unit, m.LowerIsBetter, m.IsProrated,
            }),
            Departments = people.Departments.Where(d => sight?.IsHisDepartment(d.Id) ?? true),
            Users = people.Users.Where(u => sight?.IsHisPerson(u.Id) ?? true),
            Tiers = Enum.GetValues<Tier>().Where(visitor.Context.Settings.Tiers.ContainsKey)
                .Select(tier => new { Code = tier, Name = visitor.Texts.Get($"Norms.tier_{NormWords.CodeOf(tier)}") }),
        };
    }

    /// <summary>What a head may know; null for who may know everything.</summary>
    private HeadSight? SightOf(Visitor visitor) => IsBound(visitor) ? HeadSight.Of(visitor, _addon.Time) : null;

    private async Task<object> HistoryAsync(Visitor visitor, HttpContext context)
    {
        RequireReader(visitor);
        var id = (string)context.Request.RouteValues["id"]!;
        var sight = SightOf(visitor);
        var versions = (await _addon.Rules.HistoryAsync(visitor.Portal, id, context.RequestAborted))
            .Where(v => v.Rule is NormRule).Select(v => (Version: v, Shown: sight is null ? (NormRule)v.Rule : sight.Cut((NormRule)v.Rule))).Where(v => v.Shown is not null).ToList();
        return versions.Count == 0
            ? PageApi.Problem(StatusCodes.Status404NotFound, visitor.Texts, "Pages.no_such_rule", id)
            : versions.Select(v => new
            {
                Version = v.Shown!.VersionNumber,
                SavedAt = DateTimeOffset.FromUnixTimeMilliseconds(v.Version.SavedAtMs),
                SavedBy = v.Version.SavedByUserId is { } user ? visitor.Context.Directory.NameOf(user) : null,
                Document = Document(v.Shown),
            });
    }

    /// <summary>What is wrong with a document, in words; a document that is well has no problem.</summary>
    private Task<object> CheckAsync(Visitor visitor, JsonElement document, HttpContext context)
    {
        RequireReader(visitor);
        return Task.FromResult<object>(new { Problem = ProblemOf(visitor, document.ToString()) });
    }

    private static NormRule Norm(RuleDocument rule) => rule as NormRule ?? throw new ProblemException("Rules.not_a_norm", rule.Id);

    private string? ProblemOf(Visitor visitor, string document)
    {
        try
        {
            var rule = Norm(RuleBook.Read(visitor, document));
            return SightOf(visitor)?.IsHis(rule) == false ? visitor.Texts.Get("Rules.not_yours") : null;
        }
        catch (ProblemException problem)
        {
            return visitor.Texts.Get(problem.TextKey, [.. problem.Arguments]);
        }
    }

    private async Task<object> TryAsync(Visitor visitor, DryRunRequest asked, HttpContext context)
    {
        RequireReader(visitor);
        var (from, to) = (PageApi.DayOf(asked.From), PageApi.DayOf(asked.To));
        if (to < from || Period.DaysBetween(PortalDays.ToDate(from), PortalDays.ToDate(to)) >= LongestDryRunDays)
        {
            throw new ProblemException("Pages.dry_run_period", LongestDryRunDays);
        }

        // What it would do is asked, also of a norm that is written down to do nothing yet.
        var rule = Norm(RuleBook.Read(visitor, asked.Document.ToString())) with { DryRun = false };
        var all = await _addon.WhatIf.RunAsync(visitor.Portal, rule, from, to, context.RequestAborted);

        // Of people who are not the visitor's to see not even a count is told: a target for one person would make it his figure.
        var maySee = ReportSight.Of(visitor, ReportRoutes.AskerOf(visitor));
        var verdicts = all.Where(v => maySee(v.UserId, v.Day)).ToList();
        var (metric, texts, departments) = (MetricCatalogue.ByCode[rule.Metric], visitor.Texts, visitor.DepartmentNames);
        return new
        {
            Met = verdicts.Count(v => v.Decision.Outcome == NormOutcome.Met),
            Below = verdicts.Count(v => v.Decision.Outcome == NormOutcome.Below),
            NoVerdict = verdicts.Count(v => v.Decision.Outcome == NormOutcome.NoVerdict),
            Tasks = verdicts.Count(v => v.Decision.Effects.Count > 0),
            Unseen = all.Count - verdicts.Count,
            Verdicts = verdicts.OrderBy(v => v.Day).ThenBy(v => visitor.Context.Directory.NameOf(v.UserId), StringComparer.Create(texts.Culture, ignoreCase: true)).Select(v => new
            {
                v.UserId,
                Name = visitor.Context.Directory.NameOf(v.UserId),
                Day = PortalDays.ToIso(v.Day),
                v.Decision.Outcome,
                OutcomeText = NormWords.Outcome(v.Decision.Outcome, v.Decision.Reason, texts),
                v.Decision.Arithmetic.Actual,
                v.Decision.Arithmetic.Required,
                Explanations = NormWords.Explain(metric, v.Decision, texts, departments),
            }),
        };
    }

    private async Task<object> SaveAsync(Visitor visitor, SaveRequest asked, HttpContext context)
    {
        RequireReader(visitor);
        var norm = Norm(RuleBook.Read(visitor, asked.Document.ToString()));
        var saved = await _addon.Rules.PutAsync(
            visitor.Portal, norm.ToDocument(), context.RequestAborted, new RuleAuthor(visitor.UserId, IsBound(visitor), asked.ExpectedVersion));
        return new
        {
            saved.Rule.Id, Version = saved.Rule.VersionNumber, saved.IsNew, SameMetric = saved.SameMetric.Select(r => r.Name.In(visitor.Texts)),
        };
    }

    private static JsonElement Document(RuleDocument rule) => JsonDocument.Parse(rule.ToDocument()).RootElement;

    /// <summary>A dry run.</summary>
    /// <param name="Document">The rule.</param>
    /// <param name="From">First day, yyyy-MM-dd.</param>
    /// <param name="To">Last day, yyyy-MM-dd.</param>
    private sealed record DryRunRequest(JsonElement Document, string From, string To);

    /// <summary>A rule to be put in force.</summary>
    /// <param name="Document">The rule.</param>
    /// <param name="ExpectedVersion">The version that was changed; 0 for a new rule.</param>
    private sealed record SaveRequest(JsonElement Document, int ExpectedVersion);
}
