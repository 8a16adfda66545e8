using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Bitrix24Addon.Acceptance.Doors;

/// <summary>The built pages and how they are served.</summary>
public sealed partial class PageFilesTests
{
    private const int EntryBytesAtMost = 250_000;

    /// <summary>Origins that stand in names of XML, in comments and in messages for developers; nobody asks them for anything.</summary>
    private static readonly string[] Named = ["http://www.w3.org", "http://localhost", "https://vuejs.org", "https://tailwindcss.com"];

    private static readonly string Built = Path.Combine(RepositoryRoot.Folder, "functions", "wwwroot");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_file_is_sent_with_its_type_to_be_kept_for_ever_and_compressed_for_who_can_read_it()
    {
        await using var addon = await ServedAddon.StartAsync();
        using var http = new HttpClient { BaseAddress = addon.Address };
        var files = Directory.GetFiles(Built).Where(path => Path.GetExtension(path) is ".js" or ".css").ToList();
        Assert.Contains(files, path => path.EndsWith(".js", StringComparison.Ordinal));
        Assert.Contains(files, path => path.EndsWith(".css", StringComparison.Ordinal));

        foreach (var path in files)
        {
            foreach (var encoding in new[] { "br", "gzip", "" })
            {
                using var answer = await GetAsync(http, $"assets/{Path.GetFileName(path)}", encoding);

                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.Equal(path.EndsWith(".js", StringComparison.Ordinal) ? "text/javascript" : "text/css", answer.Content.Headers.ContentType!.MediaType);
                Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl!.ToString());
                Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
                Assert.Equal(encoding, string.Join(",", answer.Content.Headers.ContentEncoding));
                Assert.Equal(await File.ReadAllBytesAsync(path, Stop), await ReadAsync(answer, encoding));
            }
        }

        using var refused = await GetAsync(http, $"assets/{Path.GetFileName(files[0])}", "br;q=0, gzip;q=0");
        Assert.Empty(refused.Content.Headers.ContentEncoding);
        Assert.Equal(HttpStatusCode.OK, await addon.HeadAsync($"assets/{Path.GetFileName(files[0])}"));
    }

    [Theory]
    [InlineData("assets/index.html")]
    [InlineData("assets/")]
    [InlineData("assets/nothing.js")]
    [InlineData("assets/.vite/manifest.json")]
    [InlineData("assets/manifest.json")]
    [InlineData("assets/..%2fBitrix24Addon.Functions.dll")]
    [InlineData("assets/..%2f..%2fappsettings.json")]
    [InlineData("assets/%2e%2e/Bitrix24Addon.Functions.deps.json")]
    [InlineData("index.html")]
    [InlineData("wwwroot/index.html")]
    [InlineData("Bitrix24Addon.Functions.deps.json")]
    public async Task Nothing_else_beside_the_program_can_be_asked_for(string path)
    {
        await using var addon = await ServedAddon.StartAsync();

        Assert.Equal((HttpStatusCode.NotFound, ""), await addon.GetAsync(path));
    }

    [Fact]
    public void The_first_script_is_small_and_the_dashboard_is_no_part_of_it()
    {
        var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Built, ".vite", "manifest.json"))).RootElement;
        var first = new HashSet<string>();
        Load("index.html");

        var bytes = first.Sum(file => new FileInfo(Path.Combine(Built, $"{file}.gz")).Length);
        Assert.InRange(bytes, 1, EntryBytesAtMost);
        Assert.DoesNotContain(first, file => file.StartsWith("DashboardPage", StringComparison.Ordinal));
        Assert.Contains(Directory.GetFiles(Built), file => Path.GetFileName(file).StartsWith("DashboardPage", StringComparison.Ordinal));

        void Load(string chunk)
        {
            var told = manifest.GetProperty(chunk);
            if (first.Add(told.GetProperty("file").GetString()!) && told.TryGetProperty("imports", out var imports))
            {
                imports.EnumerateArray().ToList().ForEach(import => Load(import.GetString()!));
            }
        }
    }

    [Fact]
    public void The_pages_ask_no_other_origin_for_anything()
    {
        var texts = Directory.GetFiles(Built).Where(path => Path.GetExtension(path) is ".js" or ".css" or ".html" or ".svg").ToDictionary(path => path, File.ReadAllText);
        Assert.Contains(texts.Keys, path => path.EndsWith("index.html", StringComparison.Ordinal));

        var others = texts.SelectMany(text => Origin().Matches(text.Value).Select(match => (File: Path.GetFileName(text.Key), Origin: match.Value)))
            .Where(found => !Named.Contains(found.Origin)).Distinct();

        Assert.Empty(others);
        Assert.DoesNotContain(texts.Values, text => Asked().IsMatch(text));
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient http, string path, string encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var accepted in encoding.Split(", ", StringSplitOptions.RemoveEmptyEntries))
        {
            request.Headers.AcceptEncoding.Add(StringWithQualityHeaderValue.Parse(accepted));
        }

        return await http.SendAsync(request, Stop);
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage answer, string encoding)
    {
        await using var sent = await answer.Content.ReadAsStreamAsync(Stop);
        await using Stream plain = encoding switch
        {
            "br" => new BrotliStream(sent, CompressionMode.Decompress),
            "gzip" => new GZipStream(sent, CompressionMode.Decompress),
            _ => sent,
        };
        using var content = new MemoryStream();
        await plain.CopyToAsync(content, Stop);
        return content.ToArray();
    }

    [GeneratedRegex(@"https?://[\p{L}\p{N}][\p{L}\p{N}.-]*")]
    private static partial Regex Origin();

    /// <summary>What a browser fetches of itself, from whatever origin: <c>//host/file</c> too.</summary>
    [GeneratedRegex("""(?:url\(|@import |\b(?:src|href)=|\bimport\()\s*["'`]?(?:https?:)?//""")]
    private static partial Regex Asked();
}
