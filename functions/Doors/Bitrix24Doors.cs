using System.Data.Common;
using System.Diagnostics.Metrics;
using Bitrix24.Client.Incoming;
using Bitrix24Addon.Functions.Hosting;
using Bitrix24Addon.Portals;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Functions.Doors;

/// <summary>The doors that Bitrix24 posts to: each post is read, verified, marked and answered; each has one verdict, counted and logged.</summary>
internal static partial class Bitrix24Doors
{
    private static readonly Counter<long> Posts = AddonTelemetry.Meter.CreateCounter<long>(
        "bitrix24addon.door.posts", description: "Posts to the doors by door and verdict.");

    /// <summary>The code is the portal's name of the place, as <c>CRM_DEAL_DETAIL_TAB</c>.</summary>
    private const string Placement = "placements/{code}";

    private static readonly string[] Head = [HttpMethods.Head];

    /// <summary>Opens the doors.</summary>
    /// <param name="application">The server.</param>
    /// <param name="addon">The parts of the add-on.</param>
    /// <param name="failures">Limits posts that fail.</param>
    public static void MapBitrix24Doors(this WebApplication application, Cli.Addon addon, FailureLimiter failures)
    {
        // Only a proxy on this machine is believed, which is how Azure Functions calls a custom handler.
        application.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor });

        // With the first post: a process that has just started answers before it knows the database.
        var install = new Lazy<InstallDoor>(() => new InstallDoor(addon.Admission, addon.Authentication, addon.Inbox, failures));
        var events = new Lazy<EventsDoor>(() => new EventsDoor(addon.Admission, addon.Authentication, addon.GroupCommit, failures));
        var payment = new Lazy<PaymentDoor>(() => new PaymentDoor(addon.Authentication, addon.Inbox, failures));
        var pages = new Lazy<PageDoor>(() => new PageDoor(addon.Admission, addon.Authentication, addon.Inbox, failures));
        var files = PageFiles.OfProgram();
        files.Map(application);

        MapDoor("install", "install", async (post, context) => post switch
        {
            PageOpening { IsMainPage: true } opening => await pages.Value.InstallAsync(opening, context),
            IncomingEvent happened when InstallDoor.IsFor(happened) => await install.Value.HandleAsync(happened, context),
            _ => DoorVerdict.Malformed,
        });
        MapDoor("app", "app", async (post, context) => post is PageOpening opening ? await pages.Value.OpenAsync(opening, "app", context) : DoorVerdict.Malformed);
        MapDoor("placements", Placement, async (post, context) => post is PageOpening opening
            ? await pages.Value.OpenAsync(opening, (string)context.GetRouteValue("code")!, context)
            : DoorVerdict.Malformed);
        MapDoor("events", "events", async (post, context) => post switch
        {
            IncomingEvent happened when InstallDoor.IsFor(happened) => await install.Value.HandleAsync(happened, context),
            PaymentChanged happened => await payment.Value.HandleAsync(happened, context),
            IncomingEvent happened => await events.Value.HandleAsync(happened, context),
            _ => DoorVerdict.Malformed,
        });

        void MapDoor(string door, string path, Func<IncomingPost, HttpContext, Task<DoorAnswer>> handle)
        {
            // The vendor's cabinet checks the addresses of pages so.
            application.MapMethods($"/bitrix24/{path}", Head, () => Results.Ok());
            application.MapPost($"/bitrix24/{path}", async context =>
            {
                var (verdict, page) = await JudgeAsync(context, handle, addon.Preparation, application.Logger);
                Posts.Add(1, new KeyValuePair<string, object?>("door", door), new KeyValuePair<string, object?>("verdict", verdict.ToString()));
                var (level, remedy) = (DoorVerdicts.LevelOf(verdict), DoorVerdicts.RemedyOf(verdict));
                Log.Judged(application.Logger, level, door, verdict, remedy);
                addon.Signal.Wake();
                context.Response.StatusCode = DoorVerdicts.StatusOf(verdict);
                await (page?.WriteAsync(context.Response, files) ?? Task.CompletedTask);
            });
        }
    }

    private static async Task<DoorAnswer> JudgeAsync(
        HttpContext context, Func<IncomingPost, HttpContext, Task<DoorAnswer>> handle, Preparation preparation, ILogger logger)
    {
        var (post, verdict) = await PostReader.ReadAsync(context);
        if (post is null)
        {
            return verdict;
        }

        try
        {
            // What was read whole is stored, even when the sender no longer waits.
            await preparation.WaitAsync(CancellationToken.None);
            return await handle(post, context);
        }
        catch (FormatException)
        {
            return DoorVerdict.Malformed;
        }
        catch (ProblemException unprepared) when (!preparation.IsDone)
        {
            Log.NotStored(logger, unprepared.TextKey);
            return DoorVerdict.StorageFailed;
        }
        catch (ProblemException problem)
        {
            Log.Misconfigured(logger, problem.TextKey);
            return DoorVerdict.NotConfigured;
        }
        catch (Exception failure) when (failure is DbException or DbUpdateException or IOException or TimeoutException
            or InvalidOperationException { InnerException: DbException or DbUpdateException or TimeoutException })
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
