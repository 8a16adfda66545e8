using Bitrix24.Client;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Functions.Cli;

/// <summary>The incoming webhook from the configuration, with the rules for plain http.</summary>
internal static class WebhookAddress
{
    // Without any of them a person runs the program by hand, and then his own switch is his word.
    private static readonly string[] EnvironmentNames = ["AZURE_FUNCTIONS_ENVIRONMENT", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT"];

    /// <exception cref="ProblemException">The address is missing, malformed, or plain http where that is refused.</exception>
    public static WebhookCredentials Read(IConfiguration configuration)
    {
        if (configuration["Bitrix24:WebhookUrl"]?.Trim() is not { Length: > 0 } address)
        {
            throw new ProblemException("Cli.webhook_missing");
        }

        var allowsInsecure = configuration["Bitrix24:AllowInsecureLoopback"] switch
        {
            null or "" => false,
            { } text when bool.TryParse(text, out var allows) => allows,
            { } text => throw new ProblemException("Cli.not_true_or_false", "Bitrix24__AllowInsecureLoopback", text),
        };
        if (allowsInsecure && Array.Exists(EnvironmentNames, name => IsProduction(configuration[name])))
        {
            throw new ProblemException("Cli.insecure_in_production");
        }

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

    private static bool IsProduction(string? environment) => string.Equals(environment, Environments.Production, StringComparison.OrdinalIgnoreCase);
}
