namespace Bitrix24.PortalSimulator;

/// <summary>Settings of a simulated portal. The defaults are those of a cloud portal on an ordinary plan.</summary>
public sealed class PortalSimulatorOptions
{
    /// <summary>Every scope the simulator's methods need.</summary>
    public static IReadOnlySet<string> AllScopes { get; } =
        new HashSet<string>(StringComparer.Ordinal)
        {
            "crm", "task", "telephony", "user", "department", "timeman", "im", "calendar", "sale", "tasks", "imbot", "placement",
        };

    /// <summary>TCP port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; set; }

    /// <summary>The portal's clock. Costs of calls are accounted on it, and waited for only with <see cref="TakesTime"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Path of a timeline (.jsonl or .jsonl.gz) loaded at start; null starts with an empty portal.</summary>
    public string? TimelinePath { get; set; }

    /// <summary>
    /// Moves the timeline by whole weeks so that its last line, or <see cref="TimelineUntil"/> if that is given, is the latest possible not after now.
    /// </summary>
    public bool ShiftTimeline { get; set; }

    /// <summary>
    /// Loads only the lines before this moment of the timeline's own time (before a shift); the rest waits for
    /// <see cref="SimulatedPortal.PlayAsync(DateTimeOffset?, PlayPace, CancellationToken)"/>. Null loads all.
    /// </summary>
    public DateTimeOffset? TimelineUntil { get; set; }

    /// <summary>Seed of a generated department (<see cref="Generator.DepartmentGenerator"/>), used when there is no timeline; null generates none.</summary>
    public int? Seed { get; set; }

    /// <summary>
    /// Made-up records that tables get at start, by the table's name: call, activity, lead, deal or task. Their ids follow on those the table has.
    /// </summary>
    public IDictionary<string, int> Rows { get; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>
    /// The share of ids that are missing among the <see cref="Rows"/> of a table, 0 to less than 1, by the table's name: half of them one by one,
    /// half in holes of up to a thousand, as deletions leave them. The same from run to run, different for each table. A table not named misses none.
    /// </summary>
    public IDictionary<string, double> Gaps { get; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>
    /// Serves https with a throwaway certificate (<see cref="SimulatedPortal.Certificate"/>), for clients that refuse plain http.
    /// </summary>
    public bool Https { get; set; }

    /// <summary>File that keeps the chat messages over restarts; null keeps them in memory only.</summary>
    public string? MessagesPath { get; set; }

    /// <summary>Scopes of webhooks and tokens that are made without a list of their own.</summary>
    public ISet<string> Scopes { get; set; } = new HashSet<string>(AllScopes, StringComparer.Ordinal);

    /// <summary>Secret of the webhook of user 1, part of its address.</summary>
    public string WebhookSecret { get; set; } = "simulator1secret";

    /// <summary>Whether the leaky bucket of requests refuses with 503 QUERY_LIMIT_EXCEEDED (settings/performance/limits.md).</summary>
    public bool RequestLimit { get; set; } = true;

    /// <summary>Requests a second that leave the bucket.</summary>
    public double RequestsPerSecond { get; set; } = 2;

    /// <summary>Requests the bucket holds.</summary>
    public double RequestBurst { get; set; } = 50;

    /// <summary>Whether used-up operating time refuses with 429 OPERATION_TIME_LIMIT.</summary>
    public bool OperatingLimit { get; set; } = true;

    /// <summary>Operating seconds of one method and credential in ten minutes.</summary>
    public double OperatingLimitSeconds { get; set; } = 480;

    /// <summary>Whether a request whose simulated processing takes too long is cut off (HTTP 504).</summary>
    public bool RequestTimeLimit { get; set; } = true;

    /// <summary>Seconds of simulated processing one request may take.</summary>
    public double RequestTimeLimitSeconds { get; set; } = 60;

    /// <summary>Operating seconds charged for a command that reads a list.</summary>
    public double ListCostSeconds { get; set; } = 0.1;

    /// <summary>Operating seconds charged for any other command.</summary>
    public double OtherCostSeconds { get; set; } = 0.01;

    /// <summary>Operating seconds of particular methods, by their documented name; wins over the two defaults.</summary>
    public IDictionary<string, double> MethodCostSeconds { get; } = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Holds every answer back until the time that the request was charged is over, as a portal that really works.</summary>
    public bool TakesTime { get; set; }

    /// <summary>TCP port of the OAuth server on 127.0.0.1; 0 takes a free one.</summary>
    public int OAuthPort { get; set; }

    /// <summary>client_id of the application.</summary>
    public string ClientId { get; set; } = "local.simulator";

    /// <summary>client_secret of the application.</summary>
    public string ClientSecret { get; set; } = "simulatorclientsecret";

    /// <summary>
    /// The page of the application that <see cref="SimulatedPortal.ParentPageAddress"/> shows; null for an application without pages. May be set while the
    /// portal runs.
    /// </summary>
    public Uri? ApplicationUrl { get; set; }

    /// <summary>The page shown until it says that the installation is finished; null takes <see cref="ApplicationUrl"/>. May be set while the portal runs.</summary>
    public Uri? InstallationUrl { get; set; }

    /// <summary>CODE of the application in app.info.</summary>
    public string AppCode { get; set; } = "local.simulator";

    /// <summary>member_id of the portal.</summary>
    public string MemberId { get; set; } = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";

    /// <summary>LICENSE_FAMILY of the portal in app.info: std, basic, pro, ent and the like.</summary>
    public string LicenseFamily { get; set; } = "std";

    /// <summary>Every so manieth request fails, each second of them after its call was carried out; 0 for none. May be changed while the portal runs.</summary>
    public int FaultEvery { get; set; }

    /// <summary>Decides which events are lost, repeated and reordered: the same seed and the same events give the same again. Read at start.</summary>
    public int EventSeed { get; set; } = 1;

    /// <summary>Share of the posts to handlers that is dropped, 0 to 1.</summary>
    public double EventLossShare { get; set; }

    /// <summary>Share of the posts to handlers that is sent twice, 0 to 1.</summary>
    public double EventDuplicateShare { get; set; }

    /// <summary>
    /// So many posts wait for each other and leave in shuffled order; up to 1 keeps the order. A window that is not full lets go at the end of a play
    /// and for <see cref="SimulatedPortal.WaitForDeliveryAsync"/>.
    /// </summary>
    public int EventReorderWindow { get; set; }

    /// <summary>Refuses batches of REST 3.0 as a whole, as a portal may that takes them in another form than documented.</summary>
    public bool RefusesVersionThreeBatch { get; set; }

    /// <summary>People of whose calendars and working days nothing is told; the refusal has no code and a text in the portal's language.</summary>
    public ISet<long> HiddenPeople { get; } = new HashSet<long>();

    /// <summary>People whose busy stretches come without stamps, with times in the words of a language.</summary>
    public ISet<long> PeopleWithTimesInWords { get; } = new HashSet<long>();

    /// <summary>Keeps every call with its answer in <see cref="SimulatedPortal.RecordedCalls"/> for the schema judge.</summary>
    public bool RecordCalls { get; set; }

    /// <summary>Switches all three limits off.</summary>
    public PortalSimulatorOptions WithoutLimits()
    {
        (RequestLimit, OperatingLimit, RequestTimeLimit) = (false, false, false);
        return this;
    }

    internal double CostSeconds(string method, bool isList) =>
        MethodCostSeconds.TryGetValue(method, out var seconds) ? seconds : isList ? ListCostSeconds : OtherCostSeconds;
}
