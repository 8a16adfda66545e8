using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bitrix24.Client;

/// <summary>
/// Makes clients and keeps what they must share: the request bucket of a portal and the operating time of an application or webhook.
/// One per process.
/// </summary>
public sealed class Bitrix24ClientFactory
{
    private readonly IHttpClientFactory _httpClients;
    private readonly Bitrix24ClientOptions _options;
    private readonly TimeProvider _time;
    private readonly TimeProvider _machine;
    private readonly ILogger<Bitrix24Client> _logger;
    private readonly SharedLimits _limits;
    private readonly PortalMoves _moves;

    /// <summary>Creates the factory.</summary>
    /// <param name="httpClients">Makes the HTTP clients.</param>
    /// <param name="options">The limits and patience.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of repetitions.</param>
    /// <param name="buckets">Where the request buckets are kept; null for this process alone.</param>
    public Bitrix24ClientFactory(
        IHttpClientFactory httpClients, IOptions<Bitrix24ClientOptions> options, TimeProvider time, ILogger<Bitrix24Client> logger,
        IRequestBucketStore? buckets = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_httpClients, _options, _time, _logger) = (httpClients, options.Value, time, logger);
        _machine = _options.MachineTime ?? time;
        var store = buckets ?? new RequestBucketsInMemory(_machine);
        _limits = new SharedLimits(
            portal => new RequestBucket(
                portal, _options.DrainPerSecond, _options.RequestThreshold, _options.InteractiveRequests, store, _machine, Statistics, _options.MaxAdaptiveDelay),
            () => new OperatingTime(_options.OperatingSeconds, time, _options.InteractiveOperatingSeconds));
        _moves = new PortalMoves(_limits, logger);
    }

    /// <summary>What all clients of this factory did so far.</summary>
    public ClientStatistics Statistics { get; } = new();

    /// <summary>Makes a client; cheap, so make one whenever credentials are at hand.</summary>
    /// <param name="credentials">Whose rights and which portal.</param>
    /// <returns>The client.</returns>
    public Bitrix24Client Create(PortalCredentials credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        var limits = _limits.Of(_moves.OriginOf(credentials)?.Authority ?? credentials.Portal, credentials);
        return new Bitrix24Client(
            credentials,
            new PortalTransport(_httpClients, credentials, _options),
            _moves,
            new RequestPipeline(credentials, limits, _options, _time, Statistics, _logger),
            limits,
            _options,
            _time,
            Statistics);
    }

    /// <summary>Makes the source of an application's access tokens; make one for each portal and process and keep it.</summary>
    /// <param name="store">Where the tokens lie.</param>
    /// <param name="server">Makes the authorisation server, asked for when a token must be renewed.</param>
    /// <returns>The tokens, for <see cref="OAuthCredentials"/>.</returns>
    public StoredTokens CreateTokens(ITokenStore store, Func<OAuthServer> server)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(server);
        return new StoredTokens(store, server, _time, _machine, _logger);
    }

    /// <summary>Makes what speaks to the authorisation server; cheap.</summary>
    /// <param name="address">The server's address from the configuration (see <see cref="OAuthServer.DefaultAddress"/>).</param>
    /// <param name="application">Who the application is.</param>
    /// <param name="allowInsecureLoopback">Allows plain http to a loopback host; for tests and the demo.</param>
    /// <returns>The server.</returns>
    /// <exception cref="MalformedAddressException">The address cannot be one.</exception>
    public OAuthServer CreateOAuthServer(Uri address, OAuthApplication application, bool allowInsecureLoopback = false)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(application);
        return new OAuthServer(address, application, allowInsecureLoopback, _httpClients, _options);
    }
}
