using System.Collections.Frozen;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Functions.Doors;

/// <summary>
/// The built pages, read once: the page itself, and the files that it loads, whose names change with their contents. Nothing else that lies beside the
/// program can be asked for.
/// </summary>
internal sealed class PageFiles
{
    /// <summary>What the built page says of itself, which is told anew at every opening.</summary>
    private const string Told = "lang=\"en\" data-page=\"app\"";

    private static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>
    {
        [".js"] = "text/javascript; charset=utf-8", [".css"] = "text/css; charset=utf-8", [".svg"] = "image/svg+xml", [".png"] = "image/png",
        [".woff2"] = "font/woff2",
    }.ToFrozenDictionary();

    /// <summary>The compressed files beside a file, the smallest first.</summary>
    private static readonly (string Encoding, string Extension)[] Encodings = [("br", ".br"), ("gzip", ".gz")];

    private readonly string _beforeTold;
    private readonly string _afterTold;
    private readonly FrozenDictionary<string, PageFile> _files;

    /// <param name="folder">Where they lie.</param>
    /// <exception cref="ProblemException">They were not built.</exception>
    public PageFiles(string folder)
    {
        var index = Path.Combine(folder, "index.html");
        if (!File.Exists(index) || File.ReadAllText(index).Split(Told) is not [var before, var after])
        {
            throw new ProblemException("Cli.no_pages", folder);
        }

        (_beforeTold, _afterTold) = (before, after);
        _files = Directory.EnumerateFiles(folder)
            .Where(path => ContentTypes.ContainsKey(Path.GetExtension(path)))
            .ToFrozenDictionary(path => Path.GetFileName(path), path => new PageFile(
                ContentTypes[Path.GetExtension(path)], File.ReadAllBytes(path),
                [.. Encodings.Where(e => File.Exists(path + e.Extension)).Select(e => new CompressedFile(e.Encoding, File.ReadAllBytes(path + e.Extension)))]));
    }

    /// <summary>Where they lie beside the program.</summary>
    public static PageFiles OfProgram() => new(Path.Combine(AppContext.BaseDirectory, "wwwroot"));

    /// <summary>The page in a language, as the part that was opened; the latter may stand in an attribute.</summary>
    public string Page(string language, string name) => $"{_beforeTold}lang=\"{language}\" data-page=\"{name}\"{_afterTold}";

    /// <summary>Answers at <c>/assets</c>.</summary>
    public void Map(WebApplication application) =>
        application.MapMethods("/assets/{name}", [HttpMethods.Get, HttpMethods.Head], (string name, HttpContext context) => WriteAsync(name, context));

    private Task WriteAsync(string name, HttpContext context)
    {
        var response = context.Response;
        if (!_files.TryGetValue(name, out var file))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        var accepted = context.Request.GetTypedHeaders().AcceptEncoding.Where(e => e.Quality is not 0).Select(e => e.Value.Value).ToHashSet();
        var content = file.Content;
        if (file.Compressed.FirstOrDefault(c => accepted.Contains(c.Encoding)) is { Content: { } compressed, Encoding: var encoding })
        {
            response.Headers.ContentEncoding = encoding;
            content = compressed;
        }

        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.Headers.Vary = "Accept-Encoding";
        response.Headers.XContentTypeOptions = "nosniff";
        response.ContentType = file.ContentType;
        response.ContentLength = content.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }

    private sealed record PageFile(string ContentType, byte[] Content, CompressedFile[] Compressed);

    private sealed record CompressedFile(string Encoding, byte[] Content);
}
