using System.CommandLine;
using Bitrix24Addon.Functions.Api;
using Bitrix24Addon.Functions.Doors;
using Bitrix24Addon.Functions.Health;
using Bitrix24Addon.Functions.Work;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Functions.Cli;

/// <summary><c>serve</c>: the HTTP server.</summary>
internal static partial class ServeVerb
{
    private static readonly Dictionary<string, string?> QuietLogs = new()
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Quartz"] = "Warning",
    };

    public static Command Create(Addon addon)
    {
        var command = new Command("serve", addon.Texts.Get("Cli.serve"));
        command.SetAction((_, cancellationToken) => RunAsync(addon, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(Addon addon, CancellationToken cancellationToken)
    {
        await addon.Storage.MigrateAsync(cancellationToken);
        addon.IsServing = true;
        var builder = WebApplication.CreateSlimBuilder();

        // A line for each post and each look of the scheduler would bury what matters; the configuration may ask for them.
        builder.Configuration.AddInMemoryCollection(QuietLogs).AddConfiguration(addon.Configuration);
        builder.Services.AddTelemetry(addon.Configuration);
        await using var application = builder.Build();
        await using var work = addon.WorksInBackground ? new BackgroundWork(addon, application.Services.GetRequiredService<ILoggerFactory>()) : null;
        application.MapHealthDoors(addon, work);
        var failures = new FailureLimiter(addon.Time);
        application.MapBitrix24Doors(addon, failures);
        application.MapPageApi(addon, failures);
        application.Lifetime.ApplicationStarted.Register(() => addon.Listening?.Invoke([.. application.Urls]));
        var serving = application.RunAsync(cancellationToken);
        await (work is null ? serving : WorkAsync(addon, work, application, serving, cancellationToken));
        return 0;
    }

    /// <summary>Works beside the doors: neither makes sense without the other, marks would pile up unseen.</summary>
    private static async Task WorkAsync(Addon addon, BackgroundWork work, WebApplication application, Task serving, CancellationToken cancellationToken)
    {
        await AdoptAsync(addon, application.Logger, cancellationToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var working = work.RunAsync(ended.Token);
        await Task.WhenAny(working, serving);
        await ended.CancelAsync();
        await application.StopAsync(CancellationToken.None);
        await Task.WhenAll(working, serving);
    }

    /// <summary>The portal of the configured webhook is read and worked for like an installed one; whether it answers shows in the work.</summary>
    private static async Task AdoptAsync(Addon addon, ILogger logger, CancellationToken cancellationToken)
    {
        if (addon.Connection.Webhook is not { } webhook)
        {
            return;
        }

        var portal = await addon.Registry.RegisterAsync(PortalClients.WebhookKey(webhook.Portal), webhook.Portal, webhook.UserId, cancellationToken);
        if (portal.HistoryCompleteAtMs is null)
        {
            await addon.Inbox.MarkAsync(portal.Id, [new InboxMark(InboxKind.Installation, "0")], cancellationToken);
        }

        Log.Adopted(logger, webhook.Portal);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Working for {Portal} by webhook.")]
        public static partial void Adopted(ILogger logger, string portal);
    }
}
