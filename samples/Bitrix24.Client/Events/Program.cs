using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Bitrix24.Client;
using Bitrix24.Client.Incoming;
using Bitrix24.Client.Methods;

// Receives the posts of an application: the installation, which binds an event, and the events. CLIENT_ID and CLIENT_SECRET come from the
// environment, OAUTH_SERVER too if it is not Bitrix24's own. PUBLIC_URL is the address under which Bitrix24 reaches this program; without
// it the address it listens at.
//
//   dotnet run -- --urls http://127.0.0.1:5000
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddBitrix24Client(options => options.UserAgent = "Sample/1.0");
await using var app = builder.Build();
var factory = app.Services.GetRequiredService<Bitrix24ClientFactory>();
var server = factory.CreateOAuthServer(
    new Uri(app.Configuration["OAUTH_SERVER"] ?? OAuthServer.DefaultAddress),
    new OAuthApplication(app.Configuration["CLIENT_ID"] ?? "", app.Configuration["CLIENT_SECRET"] ?? ""),
    allowInsecureLoopback: true);

// What proves a post: the application's token in each portal. A real application keeps it in its database.
var applicationTokens = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);

app.MapPost("/bitrix24", async (HttpRequest request, CancellationToken cancellationToken) =>
{
    using var body = new MemoryStream();
    await request.Body.CopyToAsync(body, cancellationToken);
    if (!IncomingPost.TryRead(request.ContentType, body.ToArray(), request.QueryString.Value, out var post, out var fault))
    {
        Console.Error.WriteLine($"No post of Bitrix24: {fault}");
        return Results.BadRequest();
    }

    switch (post)
    {
        case ApplicationInstalled:
            return await InstallAsync(post.Auth, request) ? Results.Ok() : Results.StatusCode(StatusCodes.Status403Forbidden);
        case var _ when !IsGenuine(post.Auth):
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        case ObjectEvent { ObjectId: { } id } change:
            // An event only says that something changed: put the id aside, answer, and read the object afterwards.
            Console.WriteLine($"{change.Kind} {id}: {change.Change}");
            return Results.Ok();
        case ApplicationUninstalled:
            applicationTokens.TryRemove(post.Auth.MemberId!, out _);
            return Results.Ok();
        default:
            return Results.Ok();
    }
});

await app.StartAsync();
Console.WriteLine($"Listening at {app.Urls.First()}");
await app.WaitForShutdownAsync();
return;

// Nobody knows who posted an installation, so its refresh token is redeemed at our own authorisation server, which tells the portal.
async Task<bool> InstallAsync(PostAuth auth, HttpRequest request)
{
    if (auth is not { RefreshToken: { } refreshToken, ApplicationToken: { } applicationToken }
        || await server.RedeemAsync(refreshToken) is not { Tokens: { } tokens }
        || tokens.MemberId != auth.MemberId)
    {
        return false;
    }

    applicationTokens[tokens.MemberId!] = applicationToken;
    var store = new InMemoryTokenStore(new TokenPair(tokens.MemberId!, tokens.AccessToken!, tokens.RefreshToken!), TimeProvider.System);
    var credentials = new OAuthCredentials(new Uri(tokens.ClientEndpoint!), factory.CreateTokens(store, () => server), allowInsecureLoopback: true);
    var address = new Uri(new Uri(app.Configuration["PUBLIC_URL"] ?? $"{request.Scheme}://{request.Host}"), "/bitrix24");
    try
    {
        await factory.Create(credentials).CallAsync(EventMethods.BindHandler("ONCRMDEALADD", address));
    }
    catch (Bitrix24Exception exception) when (exception.Error.Description.StartsWith(EventMethods.AlreadyBoundText, StringComparison.Ordinal))
    {
        // An earlier installation bound it.
    }

    Console.WriteLine($"Installed in {tokens.MemberId}");
    return true;
}

// In constant time, so that nobody learns the token letter by letter.
bool IsGenuine(PostAuth auth) => auth is { MemberId: { } portal, ApplicationToken: { } token }
    && applicationTokens.TryGetValue(portal, out var expected)
    && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(expected));
