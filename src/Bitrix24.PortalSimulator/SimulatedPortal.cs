using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Events;
using Bitrix24.PortalSimulator.Frame;
using Bitrix24.PortalSimulator.Generator;
using Bitrix24.PortalSimulator.Http;
using Bitrix24.PortalSimulator.Limits;
using Bitrix24.PortalSimulator.Methods;
using Bitrix24.PortalSimulator.OAuth;
using Bitrix24.PortalSimulator.Rest;
using Bitrix24.PortalSimulator.State;
using Bitrix24.PortalSimulator.Timeline;

namespace Bitrix24.PortalSimulator;

/// <summary>
/// A stateful stand-in for a Bitrix24 portal that speaks REST over HTTP on 127.0.0.1. Written from the documentation alone
/// (settings/how-to-call-rest-api, api-reference), independently of any client, so that the two check each other.
/// All members may be used from any thread while it runs.
/// </summary>
public sealed partial class SimulatedPortal : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CredentialStore _credentials;
    private static readonly PortalFault[] FaultsInTurn =
    [
        PortalFault.ConnectionResetAfterWork, PortalFault.InternalServerError, PortalFault.ConnectionResetAfterWork, PortalFault.BadGatewayPage,
        PortalFault.ConnectionResetAfterWork, PortalFault.ConnectionReset,
    ];

    private readonly Queue<PortalFault> _faults = new();
    private readonly HashSet<long> _statisticsViewers = [];
    private readonly List<RecordedCall> _recorded = [];
    private readonly List<LoopbackServer> _formerServers = [];
    private LoopbackServer? _server, _oauthServer;
    private int _requestsUnderFaults;

    private SimulatedPortal(PortalSimulatorOptions options)
    {
        Options = options;
        Certificate = options.Https ? ThrowawayCertificate.Create(TimeProvider.System.GetUtcNow()) : null;
        Chat = new ChatStore(options.MessagesPath);
        Bots = new BotStore(Chat);
        _credentials = new CredentialStore(options);
        Dispatcher = new Dispatcher(this, new OperatingTime(options.OperatingLimitSeconds));
        Bucket = new RequestBucket(options.RequestsPerSecond, options.RequestBurst);
        Counters = new PortalCounters(RequestsInBucket);
        Application = new InstalledApplication(options);
        _queue = new EventQueue(_sender, Counters, options.EventSeed);
        Events = new EventBus(this, _queue);
    }

    /// <summary>Address of the portal, ending with a slash. Its root is a page that shows what programs did: messages, tasks, notifications.</summary>
    public Uri BaseAddress => _server?.Address ?? throw new InvalidOperationException("The portal has not been started");

    /// <summary>
    /// The page of the portal that shows the application's pages in a frame, opened by whom the visitor chooses. The query may choose beforehand:
    /// <c>user</c> (id), <c>language</c> (ru, en), <c>placement</c> (a bound one).
    /// </summary>
    public Uri ParentPageAddress => new(BaseAddress, "portal/");

    /// <summary>Incoming webhook of user 1 (the administrator), ending with a slash.</summary>
    public Uri WebhookUrl => new(BaseAddress, $"rest/1/{Options.WebhookSecret}/");

    /// <summary>The certificate that a client has to trust, with <see cref="PortalSimulatorOptions.Https"/>; else null.</summary>
    public X509Certificate2? Certificate { get; }

    /// <summary>Requests, refusals and commands so far. A program reads them as JSON at <c>/counters</c>.</summary>
    public PortalCounters Counters { get; }

    /// <summary>The settings the portal runs with; limits, costs and scopes may be changed while it runs.</summary>
    public PortalSimulatorOptions Options { get; }

    /// <summary>Messages that arrived in chats, oldest first, with the bytes of uploaded files. A copy.</summary>
    public IReadOnlyList<ChatMessage> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. Chat.All];
            }
        }
    }

    /// <summary>System notifications that people see, oldest first; replaced ones are gone. A copy.</summary>
    public IReadOnlyList<Notification> Notifications
    {
        get
        {
            lock (_gate)
            {
                return [.. NotificationStore.All];
            }
        }
    }

    /// <summary>Calls recorded since the last <see cref="ClearRecordedCalls"/>. A copy; the JSON must not be changed.</summary>
    public IReadOnlyList<RecordedCall> RecordedCalls
    {
        get
        {
            lock (_gate)
            {
                return [.. _recorded];
            }
        }
    }

    internal PortalState State { get; private set; } = new();

    internal ChatStore Chat { get; }

    internal BotStore Bots { get; }

    internal NotificationStore NotificationStore { get; } = new();

    internal IdempotencyKeys IdempotencyKeys { get; } = new();

    internal Dispatcher Dispatcher { get; }

    internal RequestBucket Bucket { get; }

    internal Lock Gate => _gate;

    internal CredentialStore Credentials => _credentials;

    /// <summary>Loads the timeline, if any, and starts to listen. Dispose to stop.</summary>
    /// <exception cref="TimelineException">The timeline is damaged; the message names line and remedy.</exception>
    /// <exception cref="ArgumentException">Rows are asked for in a table that gets none.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SimulatedPortal> StartAsync(PortalSimulatorOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var portal = new SimulatedPortal(options);
        try
        {
            await portal.StartAsync(cancellationToken);
            return portal;
        }
        catch
        {
            await portal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an incoming webhook of a user and returns its address, ending with a slash.</summary>
    /// <param name="userId">User in whose name the calls run.</param>
    /// <param name="scopes">Scopes; null takes <see cref="PortalSimulatorOptions.Scopes"/>.</param>
    public Uri AddWebhook(long userId, IEnumerable<string>? scopes = null)
    {
        lock (_gate)
        {
            return new Uri(BaseAddress, $"rest/{userId}/{_credentials.AddWebhook(userId, scopes)}/");
        }
    }

    /// <summary>Makes the webhook of an address invalid: calls get 401 NO_AUTH_FOUND from then on.</summary>
    public void RevokeWebhook(Uri webhookUrl)
    {
        ArgumentNullException.ThrowIfNull(webhookUrl);
        lock (_gate)
        {
            _credentials.RevokeWebhook(webhookUrl.Segments[^1].TrimEnd('/'));
        }
    }

    /// <summary>Issues an application access token of a user; an hour later it answers 401 expired_token.</summary>
    /// <param name="userId">User in whose name the calls run.</param>
    /// <param name="scopes">Scopes; null takes <see cref="PortalSimulatorOptions.Scopes"/>.</param>
    public string IssueToken(long userId, IEnumerable<string>? scopes = null)
    {
        lock (_gate)
        {
            return _credentials.IssueToken(userId, scopes);
        }
    }

    /// <summary>Ends every access token of a user before its time: calls get 401 expired_token. Refresh tokens stay good.</summary>
    public void ExpireTokens(long userId)
    {
        lock (_gate)
        {
            _credentials.Expire(userId);
        }
    }

    /// <summary>Gives a user the right "Call statistics – View", which administrators have anyway.</summary>
    public void GrantCallStatistics(long userId)
    {
        lock (_gate)
        {
            _statisticsViewers.Add(userId);
        }
    }

    /// <summary>Makes the next requests fail.</summary>
    /// <param name="fault">How.</param>
    /// <param name="times">How many requests.</param>
    public void FailNext(PortalFault fault, int times = 1)
    {
        lock (_gate)
        {
            for (var count = 0; count < times; count++)
            {
                _faults.Enqueue(fault);
            }
        }
    }

    /// <summary>Forgets the failures that <see cref="FailNext"/> asked for and that did not happen yet.</summary>
    public void StopFailing()
    {
        lock (_gate)
        {
            _faults.Clear();
        }
    }

    /// <summary>Deletes every bot, as a portal does when an administrator removes them.</summary>
    public void DeleteBots()
    {
        lock (_gate)
        {
            Bots.Clear();
        }
    }

    /// <summary>Forgets the recorded calls.</summary>
    public void ClearRecordedCalls()
    {
        lock (_gate)
        {
            _recorded.Clear();
        }
    }

    /// <summary>
    /// Renames the portal: it answers at a new address from now on, the former one redirects every request there with 302
    /// (settings/how-to-call-rest-api/change-domen.md). Credentials stay good; OAuth answers and events tell the new address.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The new address, ending with a slash.</returns>
    public async Task<Uri> RenameAsync(CancellationToken cancellationToken = default)
    {
        var renamed = await LoopbackServer.StartAsync(0, Certificate, Handler(), cancellationToken);
        lock (_gate)
        {
            _formerServers.Add(_server!);
            _server = renamed;
        }

        return renamed.Address;
    }

    /// <summary>Stops listening and sending; events that were not sent yet are lost.</summary>
    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        foreach (var server in _formerServers.Append(_server).Append(_oauthServer).OfType<LoopbackServer>())
        {
            await server.DisposeAsync();
        }
        Certificate?.Dispose();
    }

    internal PortalFault? TakeFault()
    {
        lock (_gate)
        {
            if (_faults.TryDequeue(out var fault))
            {
                return fault;
            }
            return Options.FaultEvery > 0 && ++_requestsUnderFaults % Options.FaultEvery == 0
                ? FaultsInTurn[_requestsUnderFaults / Options.FaultEvery % FaultsInTurn.Length]
                : null;
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        if (Options.TimelinePath is { } path)
        {
            LoadTimeline(path, Options.ShiftTimeline, Options.TimelineUntil);
        }
        else if (Options.Seed is { } seed)
        {
            Apply(DepartmentGenerator.Generate(seed, Options.TimeProvider.GetUtcNow()));
        }
        foreach (var (table, count) in Options.Rows)
        {
            TableFiller.Fill(State, table, count, Options.Gaps.TryGetValue(table, out var share) ? share : 0, Options.TimeProvider.GetUtcNow());
        }
        // From here on the portal is live: changes fire events.
        State.Changed = OnChange;
        _oauthServer = await LoopbackServer.StartAsync(Options.OAuthPort, Certificate, new OAuthEndpoint(this).HandleAsync, cancellationToken);
        _server = await LoopbackServer.StartAsync(Options.Port, Certificate, Handler(), cancellationToken);
    }

    /// <summary>What answers at an address of the portal, while it has this address and afterwards.</summary>
    private RequestDelegate Handler()
    {
        var (rest, home, parent) = (new RestEndpoint(this), new HomePage(this), new ParentPage(this));
        return context =>
        {
            if (_server?.Address is { } address && context.Connection.LocalPort != address.Port)
            {
                Counters.CountRedirect();
                context.Response.StatusCode = StatusCodes.Status302Found;
                context.Response.Headers.Location = new Uri(address, context.Request.Path + context.Request.QueryString).ToString();
                return Task.CompletedTask;
            }

            return context.Request.Path.StartsWithSegments("/rest", StringComparison.Ordinal) ? rest.HandleAsync(context)
                : context.Request.Path.StartsWithSegments("/portal", StringComparison.Ordinal) ? parent.HandleAsync(context)
                : home.HandleAsync(context);
        };
    }

    private double RequestsInBucket()
    {
        lock (Gate)
        {
            return Bucket.Level(Options.TimeProvider.GetUtcNow());
        }
    }

    internal bool MaySeeCallStatistics(long userId) => _statisticsViewers.Contains(userId);

    internal void Record(string method, bool isV3, bool isInBatch, JsonObject parameters, Func<JsonObject> answer)
    {
        if (Options.RecordCalls)
        {
            _recorded.Add(new RecordedCall(method, isV3, isInBatch, (JsonObject)parameters.DeepClone(), answer()));
        }
    }
}
