using System.Text.Json;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Functions.Work;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Functions.Api;

/// <summary>Data health: how well the portal is read and served, and trying again what failed. For administrators.</summary>
internal sealed class HealthRoutes
{
    private readonly Cli.Addon _addon;

    private HealthRoutes(Cli.Addon addon) => _addon = addon;

    public static void Map(PageApi api, Cli.Addon addon)
    {
        var health = new HealthRoutes(addon);
        api.MapGet("health", health.DescribeAsync);
        api.MapPost<JsonElement>("health/replay", health.ReplayAsync);
    }

    /// <summary>An instant as pages get it.</summary>
    public static DateTimeOffset? At(long? ms) => ms is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    /// <summary>A source as pages get it.</summary>
    public static object Describe(SourceHealth source, Texts texts) => new
    {
        Code = source.Name,
        Name = texts.Get($"Sources.{source.Name}"),
        source.IsComplete,
        source.Fraction,
        ReadThrough = At(source.ReadThroughMs),
        source.Unreadable,
        Failure = source.Failure?.In(texts),
    };

    private async Task<object> DescribeAsync(Visitor visitor, HttpContext context)
    {
        visitor.Require(Role.Administrator);
        var texts = visitor.Texts;
        var health = await new DataHealthReader(_addon.Storage, _addon.Time).ReadAsync(visitor.Context, context.RequestAborted);
        return new
        {
            ReadAt = _addon.Time.GetUtcNow(),
            HistoryStartedAt = At(health.Portal.HistoryStartedAtMs),
            HistoryCompleteAt = At(health.Portal.HistoryCompleteAtMs),
            LastSyncStartedAt = At(health.Portal.LastSyncStartedAtMs),
            Sources = health.Sources.Select(s => Describe(s, texts)),
            Backlog = new
            {
                health.Backlog.Waiting,
                OldestWaitingAt = At(health.Backlog.OldestWaitingMs),
                health.Backlog.Dead,
                health.Backlog.EffectsPending,
                health.Backlog.EffectsParked,
            },
            Deliveries = health.Deliveries.Select(d => new { Day = PortalDays.ToIso(d.Day), d.Received, d.Read, d.Healed, d.Lost }),
            Rest = new
            {
                Hours = health.Rest.Hours.Select(h => new { From = At(h.FromMs), h.Requests, h.Failed }),
                health.Rest.AllowedAnHour,
                DataHealthReader.OperatingLimitSeconds,
                health.Rest.Methods,
                Errors = health.Rest.Errors.Select(e => new { LastAt = At(e.LastAtMs), e.Method, e.Code, e.Count, Remedy = e.Remedy.In(texts) }),
            },
            DeadLetters = health.DeadLetters.Select(d => new
            {
                Kind = texts.Get($"Pages.inbox_{d.Kind}"), d.Key, Since = At(d.SinceMs), d.Attempts, Reason = d.Reason.In(texts),
            }),
            ParkedEffects = health.ParkedEffects.Select(e => new { Since = At(e.SinceMs), e.Failure, Reason = e.Reason.In(texts) }),
        };
    }

    private async Task<object> ReplayAsync(Visitor visitor, JsonElement nothing, HttpContext context)
    {
        visitor.Require(Role.Administrator);
        var replayed = await Replay.RunAsync(_addon, visitor.Portal, context.RequestAborted);
        _addon.Signal.Wake();
        return replayed;
    }
}
