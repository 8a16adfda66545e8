using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.OAuth;
using Bitrix24.PortalSimulator.Rest;

namespace Bitrix24.PortalSimulator.Events;

/// <summary>Tells handlers of events: who gets a post, what stands in it, which are lost or repeated on purpose. Guarded by the portal's gate.</summary>
internal sealed class EventBus(SimulatedPortal portal, EventQueue queue)
{
    private readonly Random _fate = new(portal.Options.EventSeed);

    public EventHandlers Handlers { get; } = new();

    /// <summary>Queues an event for everybody who asked for it. Nothing is sent before the application is installed, and nothing while it is not paid for.</summary>
    public void Emit(PortalEvent happened)
    {
        if (portal.Application is { IsInstalled: true, IsPaymentExpired: false })
        {
            foreach (var handler in Handlers.Bound.Where(handler => handler.Event == happened.Name))
            {
                var auth = OfApplication(handler.AuthUserId != 0 ? handler.AuthUserId : happened.ActorId);
                Queue(handler.Address, Form(happened.Name, handler.Id, happened.Data, auth));
            }
        }
        foreach (var webhook in Handlers.Webhooks.Where(webhook => webhook.Events.Contains(happened.Name)))
        {
            var auth = Place();
            auth["application_token"] = webhook.ApplicationToken;
            Queue(webhook.Address, Form(happened.Name, webhook.Id, happened.Data, auth));
        }
    }

    /// <summary>The form of a post (api-reference/events/index.md).</summary>
    public string Form(string name, long? handlerId, JsonObject data, JsonObject auth)
    {
        var form = new JsonObject { ["event"] = name };
        if (handlerId is { } id)
        {
            form["event_handler_id"] = id.ToString(CultureInfo.InvariantCulture);
        }
        form["data"] = data.DeepClone();
        form["ts"] = portal.Options.TimeProvider.GetUtcNow().ToUnixTimeSeconds();
        form["auth"] = auth;
        return PhpForm.Write(form);
    }

    /// <summary>The whole auth block; without a user (robots, agents, dismissed people) it has no token.</summary>
    public JsonObject OfApplication(long? userId)
    {
        var auth = new JsonObject();
        if (userId is { } id && portal.State.Users.Find(id) is { } user && user["ACTIVE"] is not false)
        {
            auth["access_token"] = portal.Credentials.IssueToken(id, null);
            auth["expires_in"] = (int)CredentialStore.TokenLife.TotalSeconds;
        }
        return Whole(auth, ',');
    }

    /// <summary>The auth block of an installation or update: with a refresh token, scopes apart by spaces.</summary>
    public JsonObject OfInstaller(long userId)
    {
        var pair = portal.Credentials.IssuePair(userId);
        return Whole(new JsonObject
        {
            ["access_token"] = pair.AccessToken,
            ["refresh_token"] = pair.RefreshToken,
            ["expires_in"] = (int)CredentialStore.TokenLife.TotalSeconds,
        }, ' ');
    }

    /// <summary>The auth block of an uninstalled application.</summary>
    public JsonObject OfGone()
    {
        var auth = Place();
        auth["application_token"] = portal.Application.ApplicationToken;
        return auth;
    }

    /// <summary>What says no more than where the event is from.</summary>
    public JsonObject Place() => new()
    {
        ["domain"] = portal.BaseAddress.Authority,
        ["server_endpoint"] = portal.ServerEndpoint.ToString(),
        ["client_endpoint"] = portal.ClientEndpoint.ToString(),
        ["member_id"] = portal.Options.MemberId,
    };

    private JsonObject Whole(JsonObject auth, char separator)
    {
        auth["scope"] = portal.ScopeList(separator);
        auth["status"] = InstalledApplication.Status;
        foreach (var (name, value) in OfGone())
        {
            auth[name] = value?.DeepClone();
        }
        return auth;
    }

    private void Queue(Uri address, string form)
    {
        // Both are drawn for every post, so that switching one on or off does not change what becomes of the other posts.
        var (isLost, isDuplicated) = (_fate.NextDouble() < portal.Options.EventLossShare, _fate.NextDouble() < portal.Options.EventDuplicateShare);
        isDuplicated &= !isLost;
        portal.Counters.CountEvent(isLost, isDuplicated);
        for (var copies = isLost ? 0 : isDuplicated ? 2 : 1; copies > 0; copies--)
        {
            queue.Add(new EventPost(address, form), portal.Options.EventReorderWindow);
        }
    }
}
