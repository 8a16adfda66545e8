using Bitrix24Addon.Functions.Cli;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Functions.Hosting;

/// <summary>
/// What a server needs before it can touch the database: the tables, and the portal of the configured webhook. Done once, by whoever needs it first: a
/// process answers before that, and under a Functions host nothing is done outside an invocation.
/// </summary>
/// <param name="addon">The parts of the add-on.</param>
/// <param name="logger">Told whom we work for.</param>
internal sealed partial class Preparation(Addon addon, ILogger logger)
{
    private readonly Lock _gate = new();
    private Task? _done;

    /// <summary>It is done.</summary>
    public bool IsDone => _done is { IsCompletedSuccessfully: true };

    /// <summary>Waits until it is done; what failed for one is tried again for the next.</summary>
    /// <param name="cancellationToken">Ends the wait, not the work, which others may wait for.</param>
    /// <exception cref="ProblemException">The database or the configuration cannot be used.</exception>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_done is null or { IsFaulted: true } or { IsCanceled: true })
            {
                _done = Task.Run(PrepareAsync, CancellationToken.None);
            }

            return _done.WaitAsync(cancellationToken);
        }
    }

    private async Task PrepareAsync()
    {
        await addon.Storage.MigrateAsync(CancellationToken.None);
        if (addon.Connection.Webhook is not { } webhook)
        {
            return;
        }

        // It is read and worked for like an installed one; whether it answers shows in the work.
        var portal = await addon.Registry.RegisterAsync(PortalClients.WebhookKey(webhook.Portal), webhook.Portal, webhook.UserId, CancellationToken.None);
        if (portal.HistoryCompleteAtMs is null)
        {
            await addon.Inbox.MarkAsync(portal.Id, [new InboxMark(InboxKind.Installation, "0")], CancellationToken.None);
        }

        Log.Adopted(logger, webhook.Portal);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Working for {Portal} by webhook.")]
        public static partial void Adopted(ILogger logger, string portal);
    }
}
