using System.Net;
using Bitrix24Addon.Functions.Api;
using Bitrix24Addon.Functions.Cli;
using Bitrix24Addon.Functions.Doors;
using Bitrix24Addon.Functions.Health;
using Bitrix24Addon.Functions.Work;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Schedule;

namespace Bitrix24Addon.Functions.Hosting;

/// <summary>The add-on as something that answers requests and works when it is told to, whoever hosts it: Kestrel, a Functions host, or another program.</summary>
public sealed class AddonApplication : IAsyncDisposable
{
    private static readonly Dictionary<string, string?> QuietLogs = new()
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Quartz"] = "Warning",
    };

    private readonly Addon _addon;
    private readonly bool _isEmbedded;
    private readonly Invocations _invocations;
    private readonly Tick _tick;
    private readonly Lazy<RequestDelegate> _pipeline;

    /// <summary>Puts the application together; nothing listens, and no database is opened.</summary>
    /// <param name="addon">The parts of the add-on.</param>
    /// <param name="isEmbedded">Another program receives the requests and tells when to work.</param>
    /// <exception cref="ProblemException">The configuration cannot be used.</exception>
    internal AddonApplication(Addon addon, bool isEmbedded = false)
    {
        addon.Hosting.RequireSafeStorage();
        (_addon, _isEmbedded) = (addon, isEmbedded);
        addon.IsServing = true;
        var builder = WebApplication.CreateSlimBuilder();

        // A line for each post and each look of the scheduler would bury what matters; the configuration may ask for them.
        builder.Configuration.AddInMemoryCollection(QuietLogs).AddConfiguration(addon.Configuration);
        builder.Services.AddTelemetry(addon.Configuration);
        if (addon.Host is { } host)
        {
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, host.Port));
        }

        Web = builder.Build();
        var loggers = Web.Services.GetRequiredService<ILoggerFactory>();
        Work = addon.WorksInBackground && !isEmbedded ? new BackgroundWork(addon, loggers) : null;
        _invocations = new Invocations(addon);
        _tick = new Tick(addon, loggers, _invocations);
        _pipeline = new Lazy<RequestDelegate>(() => ((IApplicationBuilder)Web).Build());
        Map(mayFreeze: isEmbedded || addon.Host is not null);
    }

    /// <summary>The server.</summary>
    internal WebApplication Web { get; }

    /// <summary>What works in this process; null where ticks or other processes do.</summary>
    internal BackgroundWork? Work { get; }

    /// <summary>What it answers, as <c>POST bitrix24/events</c>.</summary>
    public IReadOnlyList<string> Routes =>
    [
        .. ((IEndpointRouteBuilder)Web).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText!.TrimStart('/')}")),
    ];

    /// <summary>Puts the application together for another program that hosts it: it answers and works only when it is told to.</summary>
    /// <param name="settings">Configuration that wins over environment and files; null for none.</param>
    /// <param name="timings">How long it works and waits; null for what Bitrix24 and a Functions host demand.</param>
    /// <exception cref="ProblemException">The configuration cannot be used.</exception>
    public static AddonApplication Create(IReadOnlyDictionary<string, string?>? settings = null, WorkTimings? timings = null) =>
        new(new Addon(new Terminal(), settings, timings: timings), isEmbedded: true);

    /// <summary>Answers a request that another server received.</summary>
    /// <param name="context">The request; what that server found to answer it is passed over.</param>
    public Task AnswerAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.SetEndpoint(null);
        return _pipeline.Value(context);
    }

    /// <summary>Does what is due, for <see cref="WorkTimings.Tick"/> at most.</summary>
    /// <param name="cancellationToken">Stops the work between commits; the rest stays due.</param>
    /// <returns>What there was to do, for the log.</returns>
    public Task<string> TickAsync(CancellationToken cancellationToken) => _tick.RunAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await (Work?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Web.DisposeAsync();
        if (_isEmbedded)
        {
            await _addon.DisposeAsync();
        }
    }

    private void Map(bool mayFreeze)
    {
        Web.Use(AnswerOptionsAsync);
        if (mayFreeze)
        {
            Web.Use((context, next) => _invocations.AroundAsync(() => next(context)));
        }

        Web.UseRouting();
        Web.MapHealthDoors(_addon, Work);
        var failures = new FailureLimiter(_addon.Time);
        Web.MapBitrix24Doors(_addon, failures);
        Web.MapPageApi(_addon, failures);
        if (_addon.Host is not null)
        {
            _tick.Map(Web);
        }

        Web.UseEndpoints(_ => { });
    }

    /// <summary>What a door can be asked is told by its routes.</summary>
    private static async Task AnswerOptionsAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (HttpMethods.IsOptions(context.Request.Method) && context.Response is { StatusCode: StatusCodes.Status405MethodNotAllowed, HasStarted: false })
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }
}
