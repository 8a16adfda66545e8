namespace Bitrix24.PortalSimulator;

/// <summary>Settings of a simulated portal. The defaults are those of a cloud portal on an ordinary plan.</summary>
public sealed class PortalSimulatorOptions
{
    /// <summary>Every scope the simulator's methods need.</summary>
    public static IReadOnlySet<string> AllScopes { get; } =
        new HashSet<string>(StringComparer.Ordinal) { "crm", "task", "telephony", "user", "department", "timeman", "im", "tasks", "imbot" };

    /// <summary>TCP port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; set; }

    /// <summary>The portal's clock. Costs of calls are accounted on it and never waited for.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Path of a timeline (.jsonl or .jsonl.gz) loaded at start; null starts with an empty portal.</summary>
    public string? TimelinePath { get; set; }

    /// <summary>Moves the timeline by whole weeks so that its last line is the latest possible not after now.</summary>
    public bool ShiftTimeline { get; set; }

    /// <summary>Seed of a generated department (<see cref="Generator.DepartmentGenerator"/>), used when there is no timeline; null generates none.</summary>
    public int? Seed { get; set; }

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
