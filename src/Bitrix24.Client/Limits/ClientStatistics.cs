using System.Diagnostics.Metrics;

namespace Bitrix24.Client;

/// <summary>What the clients of one factory did so far. Also published as metrics of the meter <c>Bitrix24.Client</c>.</summary>
public sealed class ClientStatistics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Bitrix24.Client";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("bitrix24.requests", "{request}", "HTTP requests sent");
    private static readonly Counter<long> Commands = Meter.CreateCounter<long>("bitrix24.commands", "{command}", "Commands sent in batches");
    private static readonly Counter<long> Repeats = Meter.CreateCounter<long>("bitrix24.retries", "{request}", "Repeated requests");
    private static readonly Counter<double> Waited = Meter.CreateCounter<double>("bitrix24.waited", "s", "Time waited for limits");
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("bitrix24.refused", "{refusal}", "Refusals by a limit");

    private long _requestsSent;
    private long _commandsSent;
    private long _bucketWaits;
    private long _operatingWaits;
    private long _retries;
    private long _queryLimitRefusals;
    private long _operatingLimitRefusals;

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
        Waited.Add(wait.TotalSeconds, new KeyValuePair<string, object?>("limit", "requests"));
    }

    internal void CountOperatingWait(TimeSpan wait)
    {
        Interlocked.Increment(ref _operatingWaits);
        Waited.Add(wait.TotalSeconds, new KeyValuePair<string, object?>("limit", "operating"));
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
}
