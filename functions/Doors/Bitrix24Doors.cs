using System.Data.Common;
using System.Diagnostics.Metrics;
using Bitrix24.Client.Incoming;
using Bitrix24Addon.Portals;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Functions.Doors;

/// <summary>The doors that Bitrix24 posts to: each post is read, verified, marked and answered; each has one verdict, counted and logged.</summary>
internal static partial class Bitrix24Doors
{
    private static readonly Counter<long> Posts = AddonTelemetry.Meter.CreateCounter<long>(
        "bitrix24addon.door.posts", description: "Posts to the doors by door and verdict.");

    private static readonly string[] Head = [HttpMethods.Head];

    /// <summary>Opens the doors.</summary>
    /// <param name="application">The server.</param>
    /// <param name="addon">The parts of the add-on.</param>
    public static void MapBitrix24Doors(this WebApplication application, Cli.Addon addon)
    {
        // Only a proxy on this machine is believed, which is how Azure Functions calls a custom handler.
        application.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor });

        var failures = new FailureLimiter(addon.Time);
        var install = new InstallDoor(addon.Admission, addon.Authentication, addon.Inbox, failures);
        var events = new EventsDoor(addon.Admission, addon.Authentication, addon.GroupCommit, failures);
        var payment = new PaymentDoor(addon.Authentication, addon.Inbox, failures);

        MapDoor("install", (happened, context) => InstallDoor.IsFor(happened) ? install.HandleAsync(happened, context) : Task.FromResult(DoorVerdict.Malformed));
        MapDoor("events", (happened, context) =>
            InstallDoor.IsFor(happened) ? install.HandleAsync(happened, context)
            : happened is PaymentChanged ? payment.HandleAsync(happened, context)
            : events.HandleAsync(happened, context));

        // The vendor's cabinet checks the addresses of pages so.
        application.MapMethods("/bitrix24/install", Head, () => Results.Ok());
        application.MapMethods("/bitrix24/app", Head, () => Results.Ok());

        void MapDoor(string door, Func<IncomingEvent, HttpContext, Task<DoorVerdict>> handle) =>
            application.MapPost($"/bitrix24/{door}", async context =>
            {
                var verdict = await JudgeAsync(context, handle, application.Logger);
                Posts.Add(1, new KeyValuePair<string, object?>("door", door), new KeyValuePair<string, object?>("verdict", verdict.ToString()));
                var (level, remedy) = (DoorVerdicts.LevelOf(verdict), DoorVerdicts.RemedyOf(verdict));
                Log.Judged(application.Logger, level, door, verdict, remedy);
                addon.Signal.Wake();
                context.Response.StatusCode = DoorVerdicts.StatusOf(verdict);
            });
    }

    private static async Task<DoorVerdict> JudgeAsync(HttpContext context, Func<IncomingEvent, HttpContext, Task<DoorVerdict>> handle, ILogger logger)
    {
        var (post, verdict) = await PostReader.ReadAsync(context);
        if (post is not IncomingEvent happened)
        {
            return post is null ? verdict : DoorVerdict.Malformed;
        }

        try
        {
            return await handle(happened, context);
        }
        catch (FormatException)
        {
            return DoorVerdict.Malformed;
        }
        catch (ProblemException problem)
        {
            Log.Misconfigured(logger, problem.TextKey);
            return DoorVerdict.NotConfigured;
        }
        catch (Exception failure) when (failure is DbException or DbUpdateException or IOException or TimeoutException)
        {
            Log.NotStored(logger, (failure.InnerException ?? failure).GetType().Name);
            return DoorVerdict.StorageFailed;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 20, Message = "A post to the door {Door}: {Verdict}. {Remedy}")]
        public static partial void Judged(ILogger logger, LogLevel level, string door, DoorVerdict verdict, string remedy);

        [LoggerMessage(EventId = 21, Level = LogLevel.Error, Message = "The configuration lacks something: {TextKey}; doctor says what to do")]
        public static partial void Misconfigured(ILogger logger, string textKey);

        [LoggerMessage(EventId = 22, Level = LogLevel.Error, Message = "A post could not be stored: {Failure}")]
        public static partial void NotStored(ILogger logger, string failure);
    }
}
