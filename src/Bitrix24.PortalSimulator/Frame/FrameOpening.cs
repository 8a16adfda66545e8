using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.OAuth;
using Bitrix24.PortalSimulator.Rest;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Frame;

/// <summary>
/// What a frame gets: the form that opens a page of the application, divided between query and body as documented
/// (api-reference/widgets/universal/index.md, settings/oauth/simple-way.md), and the answer to getInitData. The portal's gate must be held.
/// </summary>
internal sealed class FrameOpening(SimulatedPortal portal)
{
    private const string MainPage = "DEFAULT";

    private int _openings;

    /// <summary>Opens a page.</summary>
    /// <param name="user">Who opens it; the tokens are his.</param>
    /// <param name="language">Language of the portal for him.</param>
    /// <param name="placement">Code of a bound place; null for the main page, or the page of installation until that is finished.</param>
    /// <param name="options">What the place tells besides; null takes what it tells by itself.</param>
    /// <returns>Null when there is no such page, or it is not for this person yet.</returns>
    public JsonObject? Open(Row user, string language, string? placement, JsonObject? options)
    {
        if (AddressOf(user, placement) is not { } address)
        {
            return null;
        }

        var sid = string.Create(CultureInfo.InvariantCulture, $"simulator{++_openings}sid");
        var tokens = Tokens(user.Id);
        options ??= OptionsOf(placement);
        var protocol = portal.Options.Https ? "1" : "0";
        var query = new JsonObject { ["DOMAIN"] = portal.BaseAddress.Authority, ["PROTOCOL"] = protocol, ["LANG"] = language, ["APP_SID"] = sid };
        return new JsonObject
        {
            ["address"] = address.ToString(),
            ["origin"] = address.GetLeftPart(UriPartial.Authority),
            ["name"] = $"{portal.BaseAddress.Authority}|{protocol}|{sid}",
            ["sid"] = sid,
            ["query"] = query,
            ["body"] = Body(tokens, placement, options),
            ["init"] = Init(user, language, protocol, tokens, placement, options),
        };
    }

    /// <summary>New tokens of a person, under the names that pages know them by.</summary>
    public JsonObject Tokens(long userId)
    {
        var pair = portal.Credentials.IssuePair(userId);
        return new JsonObject
        {
            ["AUTH_ID"] = pair.AccessToken,
            ["REFRESH_ID"] = pair.RefreshToken,
            ["AUTH_EXPIRES"] = CredentialStore.TokenLife.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        };
    }

    private Uri? AddressOf(Row user, string? placement)
    {
        var application = portal.Application;
        if (placement is not null)
        {
            return application.IsInstalled ? application.Placements.Bound.FirstOrDefault(handler => handler.Placement == placement)?.Address : null;
        }
        if (application.IsInstalled)
        {
            return portal.Options.ApplicationUrl;
        }
        return user.IsTrue("IS_ADMIN") && application.IsAdded ? application.InstallUrl : null;
    }

    private JsonObject Body(JsonObject tokens, string? placement, JsonObject options)
    {
        var body = (JsonObject)tokens.DeepClone();
        body["SERVER_ENDPOINT"] = portal.ServerEndpoint.ToString();
        body["APPLICATION_TOKEN"] = portal.Application.ApplicationToken;
        body["APPLICATION_SCOPE"] = portal.ScopeList(',');
        body["member_id"] = portal.Options.MemberId;
        body["status"] = InstalledApplication.Status;
        body["PLACEMENT"] = placement ?? MainPage;
        body["PLACEMENT_OPTIONS"] = options.ToJsonString();
        return body;
    }

    private JsonObject Init(Row user, string language, string protocol, JsonObject tokens, string? placement, JsonObject options)
    {
        var init = (JsonObject)tokens.DeepClone();
        init["DOMAIN"] = portal.BaseAddress.Authority;
        init["PROTOCOL"] = protocol;
        init["PATH"] = "/rest";
        init["LANG"] = language;
        init["MEMBER_ID"] = portal.Options.MemberId;
        init["IS_ADMIN"] = user.IsTrue("IS_ADMIN");
        init["APP_OPTIONS"] = portal.Application.Options.DeepClone();
        init["USER_OPTIONS"] = portal.Application.OptionsOf(user.Id).DeepClone();
        init["PLACEMENT"] = placement ?? MainPage;
        init["PLACEMENT_OPTIONS"] = options.DeepClone();
        init["INSTALL"] = !portal.Application.IsInstalled;
        init["FIRST_RUN"] = !portal.Application.IsInstalled;
        return init;
    }

    /// <summary>A card tells its record; the newest is as good as any.</summary>
    private JsonObject OptionsOf(string? placement)
    {
        var table = placement?.Split('_') switch
        {
            ["CRM", "LEAD", "DETAIL", ..] => portal.State.Leads,
            ["CRM", "DEAL", "DETAIL", ..] => portal.State.Deals,
            ["CRM", "CONTACT", "DETAIL", ..] => portal.State.Contacts,
            ["CRM", "QUOTE", "DETAIL", ..] => portal.State.Quotes,
            ["CRM", "SMART", "INVOICE", "DETAIL", ..] => portal.State.Invoices,
            _ => null,
        };
        return table is null ? [] : new JsonObject { ["ID"] = table.LastId.ToString(CultureInfo.InvariantCulture) };
    }
}
