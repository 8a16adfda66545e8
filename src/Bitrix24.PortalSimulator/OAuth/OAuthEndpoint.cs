using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Http;
using Bitrix24.PortalSimulator.Rest;

namespace Bitrix24.PortalSimulator.OAuth;

/// <summary>
/// The OAuth server: /oauth/token/ by GET and by POST of a form (settings/oauth/index.md, auto-renewal.md, error-codes.md) and /rest/app.info.
/// </summary>
internal sealed class OAuthEndpoint(SimulatedPortal portal)
{
    public async Task HandleAsync(HttpContext context)
    {
        var (status, body) = (404, Dispatcher.ErrorEnvelope(RestException.MethodNotFound(false), false));
        try
        {
            var parameters = new Parameters((JsonObject)await RequestParameters.ReadAsync(context.Request, false));
            var path = context.Request.Path.Value!.TrimEnd('/');
            if (path is "/oauth/token" or "/rest/app.info" or "/rest/app.info.json")
            {
                lock (portal.Gate)
                {
                    (status, body) = (200, path == "/oauth/token" ? Grant(parameters) : Info(parameters));
                }
            }
        }
        catch (RestException refusal)
        {
            (status, body) = (refusal.Status, Dispatcher.ErrorEnvelope(refusal, false));
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await JsonSerializer.SerializeAsync(context.Response.Body, body, cancellationToken: context.RequestAborted);
    }

    private JsonObject Info(Parameters parameters)
    {
        var clock = new RequestClock(portal.Options.TimeProvider.GetUtcNow());
        portal.Credentials.ByToken(parameters.Text("auth"), clock.StartedAt);
        return new JsonObject { ["result"] = portal.Application.Info(), ["time"] = portal.Dispatcher.OuterTime(clock) };
    }

    private JsonObject Grant(Parameters parameters)
    {
        var (grantType, id, secret) = (parameters.Text("grant_type"), parameters.Text("client_id"), parameters.Text("client_secret"));
        if (grantType is not ("refresh_token" or "authorization_code") || id is null || secret is null)
        {
            throw new RestException(400, "invalid_request", "The request needs grant_type refresh_token or authorization_code, client_id and client_secret");
        }
        if (id != portal.Options.ClientId || secret != portal.Options.ClientSecret || !portal.Application.IsAdded)
        {
            throw new RestException(401, "invalid_client", "The client credentials are wrong or the application is not installed");
        }
        if (portal.Application.IsPaymentExpired)
        {
            throw new RestException(402, "PAYMENT_REQUIRED", "The paid or trial period of the application is over");
        }
        return grantType == "refresh_token" ? Refresh(parameters) : Redeem(parameters);
    }

    private JsonObject Refresh(Parameters parameters)
    {
        var token = parameters.Text("refresh_token") ?? throw new RestException(400, "invalid_request", "refresh_token is missing");
        var pair = portal.Credentials.Refresh(token) ?? throw new RestException(400, "invalid_grant", "The refresh token is wrong, spent or out of date");
        portal.Counters.CountTokenRefresh();
        var answer = Answer(pair);
        answer["expires"] = pair.ExpiresAt.ToUnixTimeSeconds();
        answer["user_id"] = pair.UserId;
        return answer;
    }

    private JsonObject Redeem(Parameters parameters)
    {
        var code = parameters.Text("code") ?? throw new RestException(400, "invalid_request", "code is missing");
        return Answer(portal.Credentials.Redeem(code) ?? throw new RestException(400, "invalid_grant", "The code is wrong, spent or out of date"));
    }

    /// <summary>"domain" is the OAuth server here; the portal is the host of client_endpoint.</summary>
    private JsonObject Answer(TokenPair pair) => new()
    {
        ["access_token"] = pair.AccessToken,
        ["client_endpoint"] = portal.ClientEndpoint.ToString(),
        ["domain"] = portal.OAuthServerAddress.Authority,
        ["expires_in"] = (int)CredentialStore.TokenLife.TotalSeconds,
        ["member_id"] = portal.Options.MemberId,
        ["refresh_token"] = pair.RefreshToken,
        ["scope"] = portal.ScopeList(','),
        ["server_endpoint"] = portal.ServerEndpoint.ToString(),
        ["status"] = InstalledApplication.Status,
    };
}
