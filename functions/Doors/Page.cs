using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Encodings.Web;

namespace Bitrix24Addon.Functions.Doors;

/// <summary>
/// A page in the portal's frame. It holds nothing of the post, may be framed by this portal alone, and runs no script but Bitrix24's library and
/// its own.
/// </summary>
/// <remarks>Source: local-integrations/site-does-not-allow-connection.md, settings/app-installation/installation-finish.md.</remarks>
internal sealed class Page
{
    private const string Library = "https://api.bitrix24.tech/api/v1/";

    private readonly string _portalHost;
    private readonly string _title;
    private readonly string _text;
    private readonly string _language;
    private readonly bool _finishesInstallation;

    private Page(string portalHost, Texts texts, string text, bool finishesInstallation)
    {
        (_portalHost, _language, _finishesInstallation) = (portalHost, texts.Culture.TwoLetterISOLanguageName, finishesInstallation);
        (_title, _text) = (texts.Get("Portals.page_title"), text);
    }

    /// <summary>Tells that the application is installed, and tells the portal so.</summary>
    public static Page OfInstallation(string portalHost, string? language)
    {
        var texts = Texts.For(language);
        return new Page(portalHost, texts, texts.Get("Portals.page_installed"), finishesInstallation: true);
    }

    /// <summary>Tells whether the add-on works for the portal.</summary>
    public static Page OfState(string portalHost, string? language, bool works)
    {
        var texts = Texts.For(language);
        return new Page(portalHost, texts, texts.Get(works ? "Portals.page_works" : "Portals.page_needs_administrator"), finishesInstallation: false);
    }

    /// <summary>Writes the page.</summary>
    public Task WriteAsync(HttpResponse response)
    {
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var headers = response.Headers;
        headers.ContentSecurityPolicy = $"default-src 'none'; script-src {Library} 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors https://{_portalHost}";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        response.ContentType = "text/html; charset=utf-8";
        var script = _finishesInstallation ? $"<script src=\"{Library}\"></script><script nonce=\"{nonce}\">BX24.init(function () {{ BX24.installFinish(); }});</script>" : "";
        var (title, text) = (HtmlEncoder.Default.Encode(_title), HtmlEncoder.Default.Encode(_text));
        return response.WriteAsync($"<!doctype html><html lang=\"{_language}\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p>{script}</body></html>");
    }
}
