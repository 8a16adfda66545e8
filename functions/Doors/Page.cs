using System.Text.Encodings.Web;

namespace Bitrix24Addon.Functions.Doors;

/// <summary>
/// A page in the portal's frame: the built page, told which of its parts was opened and in which language. It holds nothing of the post, may be framed by
/// this portal alone, and runs no script and no style but its own files; what else it needs to know it learns from the portal around it.
/// </summary>
/// <remarks>Source: local-integrations/site-does-not-allow-connection.md, api-reference/widgets/index.md.</remarks>
/// <param name="Origin">Scheme and authority of the portal.</param>
/// <param name="Language">The language, as the portal names it; null when it does not.</param>
/// <param name="Name">What was opened: <c>install</c>, <c>app</c>, or the code of the placement.</param>
internal sealed record Page(string Origin, string? Language, string Name)
{
    /// <summary>Writes the page.</summary>
    public Task WriteAsync(HttpResponse response, PageFiles files)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
            + $"base-uri 'none'; form-action 'none'; frame-ancestors {Origin}";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        response.ContentType = "text/html; charset=utf-8";
        return response.WriteAsync(files.Page(Texts.For(Language).Culture.TwoLetterISOLanguageName, HtmlEncoder.Default.Encode(Name)));
    }
}
