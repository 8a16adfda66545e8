namespace Bitrix24.Client;

/// <summary>Who the application is to the authorisation server; the secret goes there and nowhere else.</summary>
/// <param name="ClientId"><c>client_id</c>: <c>app.…</c> from the vendor's cabinet, <c>local.…</c> of a local application.</param>
/// <param name="ClientSecret"><c>client_secret</c>.</param>
public sealed record OAuthApplication(string ClientId, string ClientSecret)
{
    /// <summary>The id, never the secret.</summary>
    /// <returns>A text that is safe to log.</returns>
    public override string ToString() => ClientId;
}
