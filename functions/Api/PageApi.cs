using System.Data.Common;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;
using NodaTime.Text;

namespace Bitrix24Addon.Functions.Api;

/// <summary>
/// What the pages ask for: <c>/api/*</c>. Each request shows its session; who asks is told anew each time, and each route decides what he may. Errors
/// are a status and a text in his language, with the remedy.
/// </summary>
/// <param name="routes">The server.</param>
/// <param name="addon">Tells whose a session is, and prepares before the database is asked.</param>
/// <param name="logger">Told of failures.</param>
internal sealed partial class PageApi(IEndpointRouteBuilder routes, Cli.Addon addon, ILogger logger)
{
    private const int MaxBodyBytes = 1 << 20;

    /// <summary>The one form of what pages and server tell each other.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Opens a route that tells something. The answer is JSON unless it is an <see cref="IResult"/>.</summary>
    /// <param name="route">Below <c>/api/</c>.</param>
    /// <param name="handle">Answers; what it refuses, it throws.</param>
    public void MapGet(string route, Func<Visitor, HttpContext, Task<object>> handle) => Map([HttpMethods.Get, HttpMethods.Head], route, handle);

    /// <summary>Opens a route that does something with a JSON body.</summary>
    /// <typeparam name="T">The body.</typeparam>
    /// <param name="route">Below <c>/api/</c>.</param>
    /// <param name="handle">Answers; what it refuses, it throws.</param>
    public void MapPost<T>(string route, Func<Visitor, T, HttpContext, Task<object>> handle) => Map([HttpMethods.Post], route, WithBody(handle));

    /// <summary>Opens a route that keeps a JSON body.</summary>
    /// <typeparam name="T">The body.</typeparam>
    /// <param name="route">Below <c>/api/</c>.</param>
    /// <param name="handle">Answers; what it refuses, it throws.</param>
    public void MapPut<T>(string route, Func<Visitor, T, HttpContext, Task<object>> handle) => Map([HttpMethods.Put], route, WithBody(handle));

    /// <summary>The language a page asks for.</summary>
    public static Texts TextsOf(HttpContext context) => Texts.For(context.Request.Headers.AcceptLanguage.ToString());

    /// <summary>An error as every route tells it.</summary>
    public static IResult Problem(int status, Texts texts, string textKey, params object[] arguments) =>
        Results.Json(new { message = texts.Get(PageWords.KeyOf(textKey), arguments), code = textKey }, Json, statusCode: status);

    /// <summary>Reads a JSON body.</summary>
    /// <exception cref="ProblemException">It is none, or not of this form.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBodyBytes;
        }

        try
        {
            return await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Json, context.RequestAborted)
                ?? throw new ProblemException("Pages.malformed", "null");
        }
        catch (JsonException malformed)
        {
            throw new ProblemException("Pages.malformed", malformed, malformed.Path ?? "$");
        }
    }

    /// <summary>A day as pages write it, yyyymmdd.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static int DayOf(string? text) => LocalDatePattern.Iso.Parse(text ?? "") is { Success: true, Value.Year: >= 2000 and < 2100 } day
        ? PortalDays.ToDay(day.Value)
        : throw new ProblemException("Pages.bad_day", text ?? "");

    private static Func<Visitor, HttpContext, Task<object>> WithBody<T>(Func<Visitor, T, HttpContext, Task<object>> handle) =>
        async (visitor, context) => await handle(visitor, await ReadAsync<T>(context), context);

    private void Map(string[] methods, string route, Func<Visitor, HttpContext, Task<object>> handle) =>
        routes.MapMethods($"/api/{route}", methods, (Delegate)((HttpContext context) => GuardAsync(context, route, () => AnswerAsync(context, handle))));

    private async Task<IResult> AnswerAsync(HttpContext context, Func<Visitor, HttpContext, Task<object>> handle)
    {
        var texts = TextsOf(context);
        if (context.Request.Headers.Authorization.ToString() is not ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var token]
            || await addon.Sessions.ReadAsync(token, context.RequestAborted) is not { } visitor)
        {
            return Problem(StatusCodes.Status401Unauthorized, texts, "Pages.session_ended");
        }

        return await handle(visitor with { Texts = texts }, context) is var answer && answer is IResult result ? result : Results.Json(answer, Json);
    }

    /// <summary>Every failure becomes an answer that a person can act upon.</summary>
    public async Task<IResult> GuardAsync(HttpContext context, string route, Func<Task<IResult>> answer)
    {
        context.Response.Headers.CacheControl = "no-store";
        var texts = TextsOf(context);
        try
        {
            await addon.Preparation.WaitAsync(context.RequestAborted);
            return await answer();
        }
        catch (ProblemException unprepared) when (!addon.Preparation.IsDone)
        {
            Log.DatabaseFailed(logger, route, unprepared.TextKey);
            return Problem(StatusCodes.Status503ServiceUnavailable, texts, "Pages.database_busy");
        }
        catch (ProblemException problem)
        {
            return Problem(StatusOf(problem.TextKey), texts, problem.TextKey, [.. problem.Arguments]);
        }
        catch (BadHttpRequestException refused)
        {
            return Problem(refused.StatusCode, texts, "Pages.malformed", refused.StatusCode);
        }
        catch (Bitrix24Exception failed)
        {
            Log.PortalFailed(logger, route, failed.Error.Kind);
            return Problem(StatusCodes.Status503ServiceUnavailable, texts, "Pages.portal_silent");
        }
        catch (Exception failure) when (failure is DbException or DbUpdateException or TimeoutException
            or InvalidOperationException { InnerException: DbException or DbUpdateException or TimeoutException })
        {
            Log.DatabaseFailed(logger, route, (failure.InnerException ?? failure).GetType().Name);
            return Problem(StatusCodes.Status503ServiceUnavailable, texts, "Pages.database_busy");
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.Failed(logger, route, failure.GetType().Name);
            return Problem(StatusCodes.Status500InternalServerError, texts, "Pages.unexpected");
        }
    }

    private static int StatusOf(string textKey) => textKey switch
    {
        "Pages.not_allowed" or "Reports.not_yours" or "Rules.not_yours" => StatusCodes.Status403Forbidden,
        "Rules.changed_meanwhile" or "Settings.changed_meanwhile" => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status400BadRequest,
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 30, Level = LogLevel.Warning, Message = "The portal failed a page's request for {Route}: {Kind}")]
        public static partial void PortalFailed(ILogger logger, string route, Bitrix24ErrorKind kind);

        [LoggerMessage(EventId = 32, Level = LogLevel.Error, Message = "A page's request for {Route} failed: {Failure}")]
        public static partial void Failed(ILogger logger, string route, string failure);

        [LoggerMessage(EventId = 31, Level = LogLevel.Error, Message = "The database failed a page's request for {Route}: {Failure}")]
        public static partial void DatabaseFailed(ILogger logger, string route, string failure);
    }
}
