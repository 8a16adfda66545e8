using System.Text.Json;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;

namespace Bitrix24Addon.Functions.Api;

/// <summary>Setting a portal up: what it grants, its settings, events and pages, the reading of its history. For administrators.</summary>
internal sealed class SetupRoutes
{
    private readonly Cli.Addon _addon;

    private SetupRoutes(Cli.Addon addon) => _addon = addon;

    public static void Map(PageApi api, Cli.Addon addon)
    {
        var setup = new SetupRoutes(addon);
        api.MapGet("setup", setup.DescribeAsync);
        api.MapGet("setup/checks", setup.CheckAsync);
        api.MapGet("setup/progress", setup.ProgressAsync);
        api.MapGet("setup/presets", setup.PresetsAsync);
        api.MapPut<SettingsRequest>("setup/settings", setup.SaveAsync);
        api.MapPost<JsonElement>("setup/bind", setup.BindAsync);
        api.MapPost<JsonElement>("setup/sync", setup.SyncAsync);
    }

    private async Task<object> DescribeAsync(Visitor visitor, HttpContext context)
    {
        visitor.Require(Role.Administrator);
        var people = await PortalPeople.ReadAsync(_addon.Storage, visitor, _addon.Time, context.RequestAborted);
        var (settings, version) = await _addon.Registry.SettingsAsync(visitor.Portal, context.RequestAborted);
        return new
        {
            Version = version,
            Settings = JsonDocument.Parse(settings.ToDocument()).RootElement,
            Zone = visitor.Context.Zone.Id,
            visitor.Context.ZoneSource,
            visitor.Portal.OwnerUserId,
            IsRead = visitor.Portal.HistoryCompleteAtMs is not null,
            people.Departments,
            people.Users,
            Tiers = Enum.GetValues<Tier>().Select(tier => new { Code = tier, Name = visitor.Texts.Get($"Norms.tier_{NormWords.CodeOf(tier)}") }),
        };
    }

    /// <summary>What the doctor finds: the portal is called.</summary>
    private async Task<object> CheckAsync(Visitor visitor, HttpContext context)
    {
        visitor.Require(Role.Administrator);
        var client = await _addon.Clients.ForAsync(visitor.Portal, context.RequestAborted) ?? throw new ProblemException("Portals.no_access", visitor.Portal.Host);
        var findings = await new Doctor(_addon.Storage, _addon.Registry, _addon.Time).ExamineAsync(
            visitor.Portal.Key, client.For(PortalCallers.Door), context.RequestAborted);
        return findings.Where(PageWords.Concerns).OrderByDescending(f => f.Level).Select(f => new { f.Level, Text = PageWords.Say(f.Text, visitor.Texts) });
    }

    private async Task<object> ProgressAsync(Visitor visitor, HttpContext context)
    {
        visitor.Require(Role.Administrator);
        var sources = await new DataHealthReader(_addon.Storage, _addon.Time).SourcesAsync(visitor.Portal, context.RequestAborted);
        return new
        {
            StartedAt = HealthRoutes.At(visitor.Portal.HistoryStartedAtMs),
            CompleteAt = HealthRoutes.At(visitor.Portal.HistoryCompleteAtMs),
            Since = HealthRoutes.At(visitor.Portal.HistorySinceMs),
            LastSyncStartedAt = HealthRoutes.At(visitor.Portal.LastSyncStartedAtMs),
            Sources = sources.Select(s => HealthRoutes.Describe(s, visitor.Texts)),
        };
    }

    private Task<object> PresetsAsync(Visitor visitor, HttpContext context)
    {
        visitor.Require(Role.Administrator);
        return Task.FromResult<object>(NormPreset.All.Select(preset => new
        {
            preset.Id,
            Name = preset.Name.In(visitor.Texts),
            Description = preset.Description.In(visitor.Texts),
            Rules = preset.Rules.Select(rule => JsonDocument.Parse(rule.ToDocument()).RootElement),
        }));
    }

    private async Task<object> SaveAsync(Visitor visitor, SettingsRequest asked, HttpContext context)
    {
        visitor.Require(Role.Administrator);
        var settings = PortalSettings.Parse(asked.Settings.ToString());
        var version = await _addon.Registry.PutSettingsAsync(visitor.Portal, settings, context.RequestAborted, asked.ExpectedVersion, visitor.UserId);
        return new { Version = version };
    }

    private async Task<object> BindAsync(Visitor visitor, JsonElement nothing, HttpContext context)
    {
        visitor.Require(Role.Administrator);
        var done = await _addon.Installation.SetUpAsync(visitor.Portal, context.RequestAborted);
        return new
        {
            Events = done.Bound.Count + done.AlreadyBound.Count,
            Placements = done.Placements.Count,
            LeftOut = done.LeftOut.Select(l => new { l.Name, l.Scope, Refusal = l.Refusal?.In(visitor.Texts) }),
        };
    }

    /// <summary>The reading goes on by itself, whether somebody looks or not; asking for it again changes nothing.</summary>
    private async Task<object> SyncAsync(Visitor visitor, JsonElement nothing, HttpContext context)
    {
        visitor.Require(Role.Administrator);
        await _addon.Inbox.MarkAsync(visitor.Portal.Id, [new InboxMark(InboxKind.Installation, "0")], context.RequestAborted);
        _addon.Signal.Wake();
        return await ProgressAsync(visitor, context);
    }

    /// <summary>Settings to be put in force.</summary>
    /// <param name="Settings">The document.</param>
    /// <param name="ExpectedVersion">The version that was changed; 0 for the defaults.</param>
    private sealed record SettingsRequest(JsonElement Settings, int ExpectedVersion);
}
