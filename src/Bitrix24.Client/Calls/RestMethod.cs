namespace Bitrix24.Client;

/// <summary>The two kinds of Bitrix24 REST.</summary>
public enum RestVersion
{
    /// <summary>Classic REST, addresses <c>/rest/…</c>.</summary>
    Classic,

    /// <summary>REST 3.0, addresses <c>/rest/api/…</c> (api-reference/rest-v3.md).</summary>
    V3,
}

/// <summary>A method of Bitrix24 REST and what the client has to know of it.</summary>
/// <param name="Name">The REST name, for example <c>crm.item.list</c>.</param>
/// <param name="DocumentationPage">The page of the official documentation, a path inside its repository.</param>
/// <param name="Scope">The scope the application or webhook needs; empty when any will do.</param>
/// <param name="IsRead">True when a repeated call changes nothing, so it may be repeated after an unknown outcome.</param>
/// <param name="Version">Classic REST or REST 3.0.</param>
/// <param name="AllowedInBatch">False for methods that Bitrix24 refuses inside <c>batch</c>.</param>
public sealed record RestMethod(
    string Name,
    string DocumentationPage,
    string Scope,
    bool IsRead,
    RestVersion Version = RestVersion.Classic,
    bool AllowedInBatch = true);
