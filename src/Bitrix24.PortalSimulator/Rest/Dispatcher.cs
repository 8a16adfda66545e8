using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Limits;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Rest;

/// <summary>What one command came to.</summary>
internal sealed record CommandOutcome(MethodResult? Result, RestException? Error, JsonObject Time);

/// <summary>Simulated processing of one HTTP request: time passes on paper only.</summary>
internal sealed class RequestClock(DateTimeOffset startedAt)
{
    public DateTimeOffset StartedAt => startedAt;

    /// <summary>Seconds the request has been processed so far.</summary>
    public double Seconds { get; set; }
}

/// <summary>Runs a method for a caller: existence, scope, operating limit, the handler, the charge, the record.</summary>
internal sealed class Dispatcher(SimulatedPortal portal, OperatingTime operatingTime)
{
    public CommandOutcome Run(string name, JsonObject parameters, bool isV3, Caller caller, RequestClock clock, bool isInBatch)
    {
        var method = MethodCatalogue.Find(name, isV3);
        MethodResult? result = null;
        RestException? error = null;
        var charge = 0.0;
        try
        {
            Check(method, isV3, caller, clock, isInBatch);
            portal.Counters.CountCommand(method!.Name);
            charge = portal.Options.CostSeconds(method.Name, method.IsList);
            result = method.Handler(new CallContext(portal, caller, new Parameters(parameters), clock.StartedAt));
        }
        catch (RestException exception)
        {
            error = exception;
        }
        var time = Time(method?.Name ?? name, caller, clock, charge);
        portal.Record(name, isV3, isInBatch, parameters, () => Envelope(new CommandOutcome(result, error, time), isV3));
        return new CommandOutcome(result, error, time);
    }

    public static JsonObject Envelope(CommandOutcome outcome, bool isV3)
    {
        if (outcome.Error is { } error)
        {
            return ErrorEnvelope(error, isV3);
        }
        var envelope = new JsonObject { ["result"] = outcome.Result!.Result?.DeepClone() };
        if (outcome.Result.Total is { } total)
        {
            envelope["total"] = total;
        }
        if (outcome.Result.Next is { } next)
        {
            envelope["next"] = next;
        }
        envelope["time"] = outcome.Time.DeepClone();
        return envelope;
    }

    public static JsonObject ErrorEnvelope(RestException error, bool isV3)
    {
        if (!isV3)
        {
            return new JsonObject { ["error"] = error.Code, ["error_description"] = error.Message };
        }
        var inner = new JsonObject { ["code"] = error.Code, ["message"] = error.Message };
        if (error.Validation is { } validation)
        {
            inner["validation"] = new JsonArray(new JsonObject { ["field"] = validation.Field, ["message"] = validation.Message });
        }
        return new JsonObject { ["error"] = inner };
    }

    /// <summary>The time block of an answer that carries no method of its own (the outer batch).</summary>
    public JsonObject OuterTime(RequestClock clock) => TimeBlock(clock.StartedAt, clock.Seconds, 0, (clock.StartedAt.ToUnixTimeSeconds() / 60 * 60) + 600);

    private void Check(RestMethod? method, bool isV3, Caller caller, RequestClock clock, bool isInBatch)
    {
        if (method is null)
        {
            throw RestException.MethodNotFound(isV3);
        }
        if (isInBatch && method.TransfersFile)
        {
            throw new RestException(405, "ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage");
        }
        if (!MethodCatalogue.IsAllowed(method, caller))
        {
            throw RestException.Scope(isV3);
        }
        if (portal.Options.OperatingLimit && !operatingTime.IsWithin(caller.CredentialKey, method.Name, clock.StartedAt))
        {
            portal.Counters.CountOperatingRefusal();
            throw new RestException(429, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.");
        }
    }

    private JsonObject Time(string method, Caller caller, RequestClock clock, double charge)
    {
        var start = clock.StartedAt.AddSeconds(clock.Seconds);
        clock.Seconds += charge;
        var (operating, resetAt) = operatingTime.Charge(caller.CredentialKey, method, clock.StartedAt, charge);
        var time = TimeBlock(start, charge, operating, resetAt);
        return time;
    }

    private JsonObject TimeBlock(DateTimeOffset start, double seconds, double operating, long resetAt)
    {
        var finish = start.AddSeconds(seconds);
        return new JsonObject
        {
            ["start"] = start.ToUnixTimeMilliseconds() / 1000.0,
            ["finish"] = finish.ToUnixTimeMilliseconds() / 1000.0,
            ["duration"] = seconds,
            ["processing"] = seconds,
            ["date_start"] = FieldValue.Iso(start, portal.State.ServerOffset),
            ["date_finish"] = FieldValue.Iso(finish, portal.State.ServerOffset),
            ["operating_reset_at"] = resetAt,
            ["operating"] = Math.Round(operating, 6),
        };
    }
}
