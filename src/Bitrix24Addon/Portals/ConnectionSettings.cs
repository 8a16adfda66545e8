using Bitrix24.Client;
using Microsoft.Extensions.Configuration;

namespace Bitrix24Addon.Portals;

/// <summary>
/// What the configuration says of connections: the portal of a webhook, our application, where we can be reached. Each part is read
/// when it is asked for, so that what a verb does not need cannot stop it.
/// </summary>
/// <param name="configuration">Environment and files.</param>
public sealed class ConnectionSettings(IConfiguration configuration)
{
    // Without any of them a person runs the program by hand, and then his own switch is his word.
    private static readonly string[] EnvironmentNames = ["AZURE_FUNCTIONS_ENVIRONMENT", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT"];

    /// <summary>Plain http to this machine is allowed: <c>Bitrix24:AllowInsecureLoopback</c>.</summary>
    /// <exception cref="ProblemException">The value is neither true nor false, or it is set in production.</exception>
    public bool AllowsInsecureLoopback
    {
        get
        {
            var allows = configuration["Bitrix24:AllowInsecureLoopback"] switch
            {
                null or "" => false,
                { } text when bool.TryParse(text, out var value) => value,
                { } text => throw new ProblemException("Cli.not_true_or_false", "Bitrix24__AllowInsecureLoopback", text),
            };
            return allows && Array.Exists(EnvironmentNames, name => IsProduction(configuration[name]))
                ? throw new ProblemException("Cli.insecure_in_production")
                : allows;
        }
    }

    /// <summary>The incoming webhook, or null: <c>Bitrix24:WebhookUrl</c>.</summary>
    /// <exception cref="ProblemException">The address is malformed, or plain http where that is refused.</exception>
    public WebhookCredentials? Webhook
    {
        get
        {
            if (Text("Bitrix24:WebhookUrl") is not { } address)
            {
                return null;
            }

            var allowsInsecure = AllowsInsecureLoopback;
            try
            {
                return WebhookCredentials.Parse(address, allowsInsecure);
            }
            catch (MalformedAddressException malformed)
            {
                throw new ProblemException(
                    address.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? "Cli.webhook_insecure" : "Cli.webhook_malformed", malformed);
            }
        }
    }

    /// <summary>What the portal without the application signs its posts with, or null: <c>Bitrix24:OutgoingWebhookToken</c>.</summary>
    public string? OutgoingWebhookToken => Text("Bitrix24:OutgoingWebhookToken");

    /// <summary>Our application, or null: <c>Bitrix24:ClientId</c> and <c>Bitrix24:ClientSecret</c>.</summary>
    /// <exception cref="ProblemException">One is given without the other.</exception>
    public OAuthApplication? Application => (Text("Bitrix24:ClientId"), Text("Bitrix24:ClientSecret")) switch
    {
        (null, null) => null,
        ({ } id, { } secret) => new OAuthApplication(id, secret),
        _ => throw new ProblemException("Portals.application_incomplete"),
    };

    /// <summary>The application's code in the catalogue, or null when it is not checked: <c>Bitrix24:AppCode</c>.</summary>
    public string? ApplicationCode => Text("Bitrix24:AppCode");

    /// <summary>The authorisation server: <c>Bitrix24:OAuthServer</c>.</summary>
    /// <exception cref="ProblemException">It is no address.</exception>
    public Uri OAuthAddress => Address("Bitrix24:OAuthServer", OAuthServer.DefaultAddress, "Portals.oauth_server_malformed");

    /// <summary>Where Bitrix24 reaches us, ends with a slash: <c>App:PublicUrl</c>.</summary>
    /// <exception cref="ProblemException">It is missing or no address.</exception>
    public Uri PublicUrl => Text("App:PublicUrl") is { } text
        ? Address("App:PublicUrl", text, "Portals.public_url_malformed")
        : throw new ProblemException("Portals.public_url_missing");

    private static bool IsProduction(string? environment) => string.Equals(environment, "Production", StringComparison.OrdinalIgnoreCase);

    private string? Text(string name) => configuration[name]?.Trim() is { Length: > 0 } text ? text : null;

    private Uri Address(string name, string fallback, string problem)
    {
        var text = Text(name) ?? fallback;
        return Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address)
            && address is { Query: "", Fragment: "", UserInfo: "" }
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback && AllowsInsecureLoopback))
            ? address
            : throw new ProblemException(problem, text);
    }
}
