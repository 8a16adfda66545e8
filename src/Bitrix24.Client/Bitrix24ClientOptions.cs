using System.Net;

namespace Bitrix24.Client;

/// <summary>The limits and patience of the client. The defaults follow limits.md and suit every cloud plan but Enterprise.</summary>
public sealed class Bitrix24ClientOptions
{
    /// <summary>Requests that drain from the portal's bucket in a second. Default 2; Enterprise 5.</summary>
    public double DrainPerSecond { get; set; } = 2;

    /// <summary>Requests the portal's bucket holds. Default 50; Enterprise 250.</summary>
    public int RequestThreshold { get; set; } = 50;

    /// <summary>Operating seconds a method may use in ten minutes before calls wait. Default 470 of the documented 480.</summary>
    public double OperatingSeconds { get; set; } = 470;

    /// <summary>How long one HTTP request may take. Default 75 s: Bitrix24 itself cuts a request off after 60 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(75);

    /// <summary>The clock that <see cref="RequestTimeout"/> goes by when it is not the client's, as where that one runs fast. Default null.</summary>
    public TimeProvider? MachineTime { get; set; }

    /// <summary>How long the authorisation server may take. Default 30 s.</summary>
    public TimeSpan OAuthTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Which addresses an application's portal may have: asked for each connection after resolving the name, so that a name that
    /// changes its address in between gains nothing. Default null: all. Addresses of webhooks come from the configuration and are not asked about.
    /// </summary>
    public Func<IPAddress, bool>? MayConnect { get; set; }

    /// <summary>How often a call is repeated after failures that may pass. Default 3; faults of the portal at most twice.</summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>The first delay before a repetition; doubles each time, with 10 % jitter. Default 1 s.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest growing delay. Default 30 s; waits for operating time may be longer.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Wall-clock seconds a batch of list pages may be expected to take; the list reader asks for less above it. Default 50 s.</summary>
    public double BatchSeconds { get; set; } = 50;

    /// <summary>
    /// Batches the list reader may have under way or in memory at a time. Default 50: as many as the bucket lets through at once; a batch
    /// of 2,500 rows takes some megabytes, so a small machine may want fewer.
    /// </summary>
    public int ListBatches { get; set; } = 50;

    /// <summary>The User-Agent header; Bitrix24 recommends <c>name/version</c>.</summary>
    public string UserAgent { get; set; } = "Bitrix24Addon/1.0";
}
