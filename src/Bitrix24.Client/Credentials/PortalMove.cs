namespace Bitrix24.Client;

/// <summary>A portal was renamed: its former address redirected a call, and the new one answered it.</summary>
/// <param name="FormerPortal">The host that redirected, with its port if that is not the usual one.</param>
/// <param name="Address">The new address without a path, for example <c>https://new.bitrix24.ru/</c>; holds no secret.</param>
/// <remarks>Source: settings/how-to-call-rest-api/change-domen.md.</remarks>
public sealed record PortalMove(string FormerPortal, Uri Address)
{
    /// <summary>The new host, with its port if that is not the usual one.</summary>
    public string Portal => Address.Authority;

    /// <summary>The new address for calls of an application (<c>client_endpoint</c>).</summary>
    public Uri ClientEndpoint => new(Address, "rest/");
}
