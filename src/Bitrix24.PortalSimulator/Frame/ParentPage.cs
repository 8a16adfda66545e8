using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Rest;

namespace Bitrix24.PortalSimulator.Frame;

/// <summary>
/// The portal's own page around the application: it chooses who looks, opens the page in a frame by a form post, and speaks with the frame. Its
/// script asks here for what only the portal knows.
/// </summary>
internal sealed class ParentPage(SimulatedPortal portal)
{
    private static readonly ResourceManager Texts = new("Bitrix24.PortalSimulator.Resources.ParentPage", typeof(ParentPage).Assembly);

    private static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["index.html"] = "text/html; charset=utf-8",
        ["parent.css"] = "text/css; charset=utf-8",
        ["parent.js"] = "text/javascript; charset=utf-8",
        ["frames.js"] = "text/javascript; charset=utf-8",
        ["commands.js"] = "text/javascript; charset=utf-8",
        ["dialogs.js"] = "text/javascript; charset=utf-8",
    };

    private readonly FrameOpening _openings = new(portal);

    public Task HandleAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        switch (request.Method, request.Path.Value)
        {
            case ("GET", "/portal"):
                response.Redirect("/portal/" + request.QueryString);
                return Task.CompletedTask;
            case ("GET", "/portal/"):
                response.Headers.ContentSecurityPolicy = Policy();
                return FileAsync(context, "index.html");
            case ("GET", "/portal/state"):
                return AnswerAsync(context, State(Language(request)));
            case ("GET", "/portal/record"):
                return AnswerAsync(context, Card(request.Query["path"].ToString(), Language(request)));
            case ("GET", "/portal/records"):
                return AnswerAsync(context, Records(request.Query["type"].ToString()));
            case ("POST", "/portal/added" or "/portal/openings" or "/portal/tokens" or "/portal/finished" or "/portal/options"):
                return PostAsync(context);
            case ("GET", { } path) when path.StartsWith("/portal/", StringComparison.Ordinal) && Files.ContainsKey(path[8..]):
                return FileAsync(context, path[8..]);
            default:
                response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    private async Task PostAsync(HttpContext context)
    {
        // Another site's page may send forms to this machine, but no JSON.
        if (!context.Request.HasJsonContentType() || await BodyAsync(context) is not { } body)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        JsonNode? answer;
        lock (portal.Gate)
        {
            answer = Do(context.Request.Path.Value!, new Parameters(body));
        }
        await AnswerAsync(context, answer);
    }

    /// <summary>Null when the person is unknown or may not.</summary>
    private JsonNode? Do(string path, Parameters asked)
    {
        if (portal.State.Users.Find(asked.Integer("userId") ?? 0) is not { } user || user["ACTIVE"] is false)
        {
            return null;
        }
        var (application, isAdministrator) = (portal.Application, user.IsTrue("IS_ADMIN"));
        switch (path)
        {
            case "/portal/added" when isAdministrator && (portal.Options.InstallationUrl ?? portal.Options.ApplicationUrl) is { } installUrl:
                application.Add(installUrl);
                return new JsonObject();
            case "/portal/finished" when isAdministrator:
                application.FinishInstallation();
                return new JsonObject();
            case "/portal/openings":
                return _openings.Open(user, asked.Text("language") ?? "ru", asked.Text("placement"), asked.Node("options") as JsonObject);
            case "/portal/tokens":
                return _openings.Tokens(user.Id);
            case "/portal/options" when asked.Text("name") is { } name && (isAdministrator || asked.Text("of") == "user"):
                var options = asked.Text("of") == "user" ? application.OptionsOf(user.Id) : application.Options;
                options[name] = asked.Node("value")?.DeepClone();
                return options.DeepClone();
            default:
                return null;
        }
    }

    private JsonObject State(string language)
    {
        var culture = CultureInfo.GetCultureInfo(language);
        var texts = new JsonObject();
        foreach (var name in Texts.GetResourceSet(CultureInfo.InvariantCulture, true, true)!.Cast<DictionaryEntry>().Select(entry => (string)entry.Key))
        {
            texts[name] = Texts.GetString(name, culture);
        }
        lock (portal.Gate)
        {
            var application = portal.Application;
            return new JsonObject
            {
                ["language"] = language,
                ["texts"] = texts,
                ["people"] = PortalPeople.Groups(portal.State),
                ["hasPage"] = portal.Options.ApplicationUrl is not null,
                ["isAdded"] = application.IsAdded,
                ["isInstalled"] = application.IsInstalled,
                ["placements"] = new JsonArray([.. application.Placements.Bound.Where(_ => application.IsInstalled)
                    .Select(handler => (JsonNode)new JsonObject { ["code"] = handler.Placement, ["title"] = handler.TitleIn(language) })]),
            };
        }
    }

    private JsonObject? Card(string path, string language)
    {
        var culture = CultureInfo.GetCultureInfo(language);
        lock (portal.Gate)
        {
            return new RecordCards(portal.State).Card(path, name => Texts.GetString(name, culture)!, culture);
        }
    }

    private JsonArray Records(string type)
    {
        lock (portal.Gate)
        {
            return new RecordCards(portal.State).Records(type);
        }
    }

    /// <summary>The page may show the application's pages and post to them, and ask nobody but this portal.</summary>
    private string Policy()
    {
        List<Uri?> pages = [portal.Options.ApplicationUrl, portal.Options.InstallationUrl];
        lock (portal.Gate)
        {
            pages.AddRange(portal.Application.Placements.Bound.Select(handler => handler.Address));
        }
        var origins = string.Join(' ', pages.OfType<Uri>().Select(page => page.GetLeftPart(UriPartial.Authority)).Distinct());
        return $"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-src {origins}; form-action {origins}; base-uri 'none'";
    }

    private static string Language(HttpRequest request) => request.Query["language"].ToString() is "en" ? "en" : "ru";

    private static async Task<JsonObject?> BodyAsync(HttpContext context)
    {
        try
        {
            return await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What is refused or unknown is answered with null: browsers complain of other statuses in their console.</summary>
    private static Task AnswerAsync(HttpContext context, JsonNode? answer)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
    }

    private static async Task FileAsync(HttpContext context, string name)
    {
        context.Response.ContentType = Files[name];
        context.Response.Headers.CacheControl = "no-store";
        await using var file = typeof(ParentPage).Assembly.GetManifestResourceStream($"Bitrix24.PortalSimulator.Frame.Page.{name}")!;
        await file.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
