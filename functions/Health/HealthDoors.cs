using System.Data.Common;
using System.Globalization;
using Bitrix24Addon.Functions.Cli;
using Bitrix24Addon.Functions.Work;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Schedule;

namespace Bitrix24Addon.Functions.Health;

/// <summary>
/// <c>/health/live</c>: the process runs. <c>/health/ready</c>: it can do its work; 503 says that posts are better sent to another process. A backlog
/// is told and refuses nothing: another process would have the same.
/// </summary>
internal static class HealthDoors
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Opens the doors.</summary>
    /// <param name="application">The server.</param>
    /// <param name="addon">The parts of the add-on.</param>
    /// <param name="work">What works in this process; null where other processes do.</param>
    public static void MapHealthDoors(this WebApplication application, Addon addon, BackgroundWork? work)
    {
        application.MapMethods("/health/live", Methods, () => Results.Text("live"));
        application.MapMethods("/health/ready", Methods, async context => await (await ExamineAsync(addon, work, context.RequestAborted)).ExecuteAsync(context));
    }

    private static async Task<IResult> ExamineAsync(Addon addon, BackgroundWork? work, CancellationToken aborted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        patience.CancelAfter(Patience);
        var now = addon.Time.GetUtcNow();
        var database = "ok";
        double? backlogSeconds = null;
        try
        {
            await addon.Preparation.WaitAsync(patience.Token);
            await using var db = addon.Storage.Open();
            var oldestMs = await InboxClaim.OldestDueAsync(db, now.ToUnixTimeMilliseconds(), patience.Token);
            backlogSeconds = oldestMs is { } ms ? (now - DateTimeOffset.FromUnixTimeMilliseconds(ms)).TotalSeconds : 0;
        }
        catch (Exception failure) when (failure is ProblemException or DbException or OperationCanceledException or InvalidOperationException { InnerException: DbException })
        {
            database = "failed";
        }

        var scheduler = work is null ? "elsewhere" : work.IsRunning ? "ok" : "stopped";
        var queue = addon.GroupCommit.IsFull ? "full" : "ok";
        var isReady = database == "ok" && queue == "ok" && scheduler != "stopped";
        return Results.Json(
            new { status = isReady ? "ready" : "not ready", database, queue, scheduler, backlogSeconds },
            statusCode: isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
