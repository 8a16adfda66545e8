using System.Net;

namespace Bitrix24.Client;

/// <summary>The limits and patience of the client. The defaults follow limits.md.</summary>
public sealed class Bitrix24ClientOptions
{
    /// <summary>Requests that drain from the portal's bucket in a second. Default 2: every plan but Enterprise.</summary>
    public double DrainPerSecond { get; set; } = 2;

    /// <summary>Requests the portal's bucket holds. Default 50: every plan but Enterprise.</summary>
    public int RequestThreshold { get; set; } = 50;

    /// <summary>The same as <see cref="DrainPerSecond"/> once <see cref="Bitrix24Client.UsePlan"/> was told of Enterprise. Default 5.</summary>
    public double EnterpriseDrainPerSecond { get; set; } = 5;

    /// <summary>The same as <see cref="RequestThreshold"/> once <see cref="Bitrix24Client.UsePlan"/> was told of Enterprise. Default 250.</summary>
    public int EnterpriseRequestThreshold { get; set; } = 250;

    /// <summary>Requests of the threshold that callers who are not interactive leave to those who are. Default 2.</summary>
    public int InteractiveRequests { get; set; } = 2;

    /// <summary>
    /// How far apart requests are kept at most while the portal refuses, breaks off or does not answer; the delay grows from half a second and
    /// shrinks with good answers. Default 15 s; zero: no delay.
    /// </summary>
    public TimeSpan MaxAdaptiveDelay { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Operating seconds a method may use in ten minutes before calls wait. Default 470 of the documented 480.</summary>
    public double OperatingSeconds { get; set; } = 470;

    /// <summary>Operating seconds a method may use in ten minutes before interactive calls wait. Default 480.</summary>
    public double InteractiveOperatingSeconds { get; set; } = 480;

    /// <summary>How long one HTTP request may take. Default 75 s: Bitrix24 itself cuts a request off after 60 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(75);

    /// <summary>The clock that <see cref="RequestTimeout"/> and the request bucket go by when it is not the client's, as where that one runs fast. Default null.</summary>
    public TimeProvider? MachineTime { get; set; }

    /// <summary>How long the authorisation server may take. Default 30 s.</summary>
    public TimeSpan OAuthTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Which addresses an application's portal may have: asked for each connection after resolving the name, so that a name that
    /// changes its address in between gains nothing. Default null: all. Addresses of webhooks come from the configuration and are not asked about.
    /// </summary>
    public Func<IPAddress, bool>? MayConnect { get; set; }

    /// <summary>How the host of an application's portal is resolved where <see cref="MayConnect"/> is asked. Default: the system's resolver.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; set; } = Dns.GetHostAddressesAsync;

    /// <summary>
    /// How often a call is repeated after failures that may pass. Default 3; faults of the portal at most twice. So a call that the portal
    /// never answers ends after four times <see cref="RequestTimeout"/> and seven seconds, not counting the wait for our own limits.
    /// </summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>The first delay before a repetition; doubles each time, with 10 % jitter. Default 1 s.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest growing delay. Default 30 s; a wait that the portal asked for may be longer, see <see cref="LongestWait"/>.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The longest wait before a repetition that the portal may ask for, by <c>operating_reset_at</c> or <c>Retry-After</c>; for a later
    /// instant the error is given to the caller at once. Default 10 min: so long operating time is remembered.
    /// </summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long after a write of unknown outcome the portal is believed to be still at it. Default 90 s: it cuts a request off after 60 s,
    /// and the rest is for clocks and lines. See <see cref="Bitrix24Client.WriteAsync"/>.
    /// </summary>
    public TimeSpan UnknownWait { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>Wall-clock seconds a batch may be expected to take, by the mean times of its methods; it is made smaller above it. Default 50 s.</summary>
    public double BatchSeconds { get; set; } = 50;

    /// <summary>
    /// The longest body of a batch, in bytes; it is made smaller above it. Default 1,000,000: nginx refuses more than 1 MiB (413) unless it
    /// is told otherwise, and the token comes on top.
    /// </summary>
    public int BatchBytes { get; set; } = 1_000_000;

    /// <summary>The longest answer that is read, in bytes, unpacked; a longer one is no answer. Default 100,000,000: batches take some megabytes.</summary>
    public int AnswerBytes { get; set; } = 100_000_000;

    /// <summary>
    /// Batches the list reader may have under way or in memory at a time. Default null: as many as the bucket of the portal's plan lets
    /// through at once, 50 or on Enterprise 250; a batch of 2,500 rows takes some megabytes, so a small machine may want fewer.
    /// </summary>
    public int? ListBatches { get; set; }

    /// <summary>Told of every HTTP request that ended, repetitions included, on the thread of the call: it must be quick and must not throw. Default null.</summary>
    public Action<RestExchange>? Exchanged { get; set; }

    /// <summary>The User-Agent header; Bitrix24 recommends <c>name/version</c>. Default: the library's own.</summary>
    public string UserAgent { get; set; } = $"Bitrix24.Client/{typeof(Bitrix24ClientOptions).Assembly.GetName().Version!.ToString(3)}";
}
