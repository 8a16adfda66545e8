using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Bitrix24.Client;

/// <summary>What the clients of one factory did so far. Also published as metrics of the meter <c>Bitrix24.Client</c>.</summary>
public sealed class ClientStatistics
{
    /// <summary>The name of the meter, and of the source of traces: an activity for each HTTP request, without its address.</summary>
    public const string MeterName = "Bitrix24.Client";

    private static readonly Meter Meter = new(MeterName);
    private static readonly ActivitySource Source = new(MeterName);
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("bitrix24.requests", "{request}", "HTTP requests sent");
    private static readonly Counter<long> Commands = Meter.CreateCounter<long>("bitrix24.commands", "{command}", "Commands sent in batches");
    private static readonly Counter<long> Repeats = Meter.CreateCounter<long>("bitrix24.retries", "{request}", "Repeated requests");
    private static readonly Histogram<double> Waited = Meter.CreateHistogram<double>("bitrix24.waited", "s", "Time that requests waited for limits");
    private static readonly Counter<double> Delayed = Meter.CreateCounter<double>("bitrix24.delayed", "s", "Time that requests were kept apart because a portal was in trouble");
    private static readonly Counter<double> Operating = Meter.CreateCounter<double>("bitrix24.operating", "s", "Operating time used, by method");
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("bitrix24.refused", "{refusal}", "Refusals by a limit");

    private static readonly long[] QueuedByAll = new long[2];

    private readonly long[] _queued = new long[2];
    private readonly ConcurrentDictionary<string, double> _operatingSeconds = new(StringComparer.Ordinal);
    private long _requestsSent;
    private long _commandsSent;
    private long _bucketWaits;
    private long _operatingWaits;
    private long _retries;
    private long _queryLimitRefusals;
    private long _operatingLimitRefusals;
    private long _bucketWaitTicks;
    private long _operatingWaitTicks;
    private long _delays;

    static ClientStatistics() => Meter.CreateObservableUpDownCounter(
        "bitrix24.queue",
        () => new Measurement<long>[] { new(Interlocked.Read(ref QueuedByAll[0]), Priority(0)), new(Interlocked.Read(ref QueuedByAll[1]), Priority(1)) },
        "{request}",
        "Requests that wait for room in a request bucket");

    /// <summary>Requests that wait for room in a request bucket now, interactive ones included.</summary>
    public long QueueLength => Interlocked.Read(ref _queued[0]) + InteractiveQueueLength;

    /// <summary>Interactive requests that wait for room in a request bucket now.</summary>
    public long InteractiveQueueLength => Interlocked.Read(ref _queued[1]);

    /// <summary>How long requests waited for room in the request bucket, added up.</summary>
    public TimeSpan BucketWaited => new(Interlocked.Read(ref _bucketWaitTicks));

    /// <summary>How long requests waited for operating time, added up.</summary>
    public TimeSpan OperatingWaited => new(Interlocked.Read(ref _operatingWaitTicks));

    /// <summary>How often a request was kept apart from the one before because its portal was in trouble.</summary>
    public long Delays => Interlocked.Read(ref _delays);

    /// <summary>Operating seconds used so far, by method.</summary>
    public IReadOnlyDictionary<string, double> OperatingSeconds => _operatingSeconds;

    /// <summary>HTTP requests sent, repetitions included; a batch is one.</summary>
    public long RequestsSent => Interlocked.Read(ref _requestsSent);

    /// <summary>Commands sent inside batches.</summary>
    public long CommandsSent => Interlocked.Read(ref _commandsSent);

    /// <summary>How many requests waited for room in the request bucket.</summary>
    public long BucketWaits => Interlocked.Read(ref _bucketWaits);

    /// <summary>How many requests waited for operating time.</summary>
    public long OperatingWaits => Interlocked.Read(ref _operatingWaits);

    /// <summary>Requests repeated after a failure.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    /// <summary>Answers with <c>QUERY_LIMIT_EXCEEDED</c> (503).</summary>
    public long QueryLimitRefusals => Interlocked.Read(ref _queryLimitRefusals);

    /// <summary>Answers and commands of batches with <c>OPERATION_TIME_LIMIT</c> (429).</summary>
    public long OperatingLimitRefusals => Interlocked.Read(ref _operatingLimitRefusals);

    internal static Activity? Begin(PortalRequest request, string portal) =>
        Source.StartActivity(request.Name, ActivityKind.Client, default(ActivityContext), [new("server.address", portal), new("bitrix24.batch.size", request.BatchSize)]);

    internal void CountRequest(int commands)
    {
        Interlocked.Increment(ref _requestsSent);
        Requests.Add(1);
        if (commands > 0)
        {
            Interlocked.Add(ref _commandsSent, commands);
            Commands.Add(commands);
        }
    }

    internal void CountRetry()
    {
        Interlocked.Increment(ref _retries);
        Repeats.Add(1);
    }

    internal void CountBucketWait(TimeSpan wait)
    {
        Interlocked.Increment(ref _bucketWaits);
        Interlocked.Add(ref _bucketWaitTicks, wait.Ticks);
        Waited.Record(wait.TotalSeconds, new KeyValuePair<string, object?>("limit", "requests"));
    }

    internal void CountOperatingWait(TimeSpan wait)
    {
        Interlocked.Increment(ref _operatingWaits);
        Interlocked.Add(ref _operatingWaitTicks, wait.Ticks);
        Waited.Record(wait.TotalSeconds, new KeyValuePair<string, object?>("limit", "operating"));
    }

    internal void CountQueryLimit()
    {
        Interlocked.Increment(ref _queryLimitRefusals);
        Refused.Add(1, new KeyValuePair<string, object?>("limit", "requests"));
    }

    internal void CountOperatingLimit()
    {
        Interlocked.Increment(ref _operatingLimitRefusals);
        Refused.Add(1, new KeyValuePair<string, object?>("limit", "operating"));
    }

    internal static void CountOtherLimit() => Refused.Add(1, new KeyValuePair<string, object?>("limit", "other"));

    internal void CountDelay(TimeSpan delay)
    {
        Interlocked.Increment(ref _delays);
        Delayed.Add(delay.TotalSeconds);
    }

    internal void CountQueued(RestCaller caller, int count)
    {
        var priority = caller.IsInteractive ? 1 : 0;
        Interlocked.Add(ref _queued[priority], count);
        Interlocked.Add(ref QueuedByAll[priority], count);
    }

    internal void CountOperating(string method, double seconds)
    {
        if (seconds > 0)
        {
            _operatingSeconds.AddOrUpdate(method, seconds, (_, before) => before + seconds);
            Operating.Add(seconds, new KeyValuePair<string, object?>("method", method));
        }
    }

    private static KeyValuePair<string, object?> Priority(int index) => new("priority", index == 1 ? "interactive" : "background");
}
