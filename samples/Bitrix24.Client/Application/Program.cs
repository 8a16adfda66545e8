using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Microsoft.Extensions.DependencyInjection;

// An OAuth application without pages: exchanges the code of a person who authorised it, then calls the portal for as long as its tokens can
// be renewed. CLIENT_ID and CLIENT_SECRET come from the environment, OAUTH_SERVER too if it is not Bitrix24's own.
//
//   dotnet run -- link portal.bitrix24.ru        where to send the person
//   dotnet run -- code CODE                      the code that came back; good for 30 seconds
//   dotnet run -- profile                        at any later time
const string Usage = "Usage: Sample.Application link PORTAL | code CODE | profile; CLIENT_ID and CLIENT_SECRET in the environment";
if (Environment.GetEnvironmentVariable("CLIENT_ID") is not { Length: > 0 } clientId
    || Environment.GetEnvironmentVariable("CLIENT_SECRET") is not { Length: > 0 } clientSecret
    || args is not (["link" or "code", _] or ["profile"]))
{
    Console.Error.WriteLine(Usage);
    return 2;
}

await using var provider = new ServiceCollection().AddBitrix24Client(options => options.UserAgent = "Sample/1.0").BuildServiceProvider();
var factory = provider.GetRequiredService<Bitrix24ClientFactory>();

// The server is configuration and never taken from a post or an answer: whoever names it receives the secret.
var server = factory.CreateOAuthServer(
    new Uri(Environment.GetEnvironmentVariable("OAUTH_SERVER") ?? OAuthServer.DefaultAddress),
    new OAuthApplication(clientId, clientSecret),
    allowInsecureLoopback: true);
var store = new FileTokenStore(Path.GetFullPath("tokens.json"));

try
{
    switch (args)
    {
        case ["link", var portal]:
            var state = AuthorisationRedirect.NewState();
            Console.WriteLine($"{server.AuthoriseAddress(portal, state)}\nstate to compare: {state}");
            return 0;
        case ["code", var code]:
            var exchange = await server.ExchangeAsync(code);
            if (exchange.Tokens is not { } tokens)
            {
                Console.Error.WriteLine($"No tokens: {exchange.Outcome}");
                return 1;
            }

            await store.InstallAsync(tokens);
            Console.WriteLine($"Installed in {tokens.MemberId}.");
            return 0;
        default:
            return await ProfileAsync();
    }
}
catch (Bitrix24Exception exception) when (exception.Error.Kind is Bitrix24ErrorKind.AuthorisationNeeded or Bitrix24ErrorKind.ApplicationRemoved)
{
    Console.Error.WriteLine("The portal must be authorised anew: link, then code.");
    return 1;
}

async Task<int> ProfileAsync()
{
    if (await store.EndpointAsync() is not { } endpoint)
    {
        Console.Error.WriteLine("There are no tokens yet: link, then code.");
        return 1;
    }

    // Keep one token source for each portal; it renews when the portal says expired_token, and not before.
    var source = factory.CreateTokens(store, () => server);
    var client = factory.Create(new OAuthCredentials(endpoint, source, allowInsecureLoopback: true));
    var answer = await client.CallAsync(UserMethods.Profile());
    Console.WriteLine($"I act for user {answer.Result.As(Bitrix24JsonContext.Default.Profile)!.Id}.");
    return 0;
}
