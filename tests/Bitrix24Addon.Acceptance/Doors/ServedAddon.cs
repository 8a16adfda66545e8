using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Bitrix24Addon.Functions.Cli;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Portals;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Doors;

/// <summary>The program itself serving on a free port, with a database of its own and a stand-in for the authorisation server.</summary>
internal sealed class ServedAddon : IAsyncDisposable
{
    public const string ApplicationToken = "applicationToken1";
    public const string OutgoingToken = "outgoingToken1";

    /// <summary>As <c>App:PublicUrl</c>: the address that the program listens at.</summary>
    public const string OwnUrl = "own";

    private readonly CancellationTokenSource _stop = new();
    private readonly DatabaseUnderTest _database;
    private readonly string _keys = Directory.CreateTempSubdirectory("addon-keys-").FullName;
    private readonly HttpClient _http = new();
    private readonly MeterListener _meter = new();
    private Task<int> _program = Task.FromResult(0);
    private HeardLog? _heard;

    private ServedAddon(DatabaseUnderTest database, FakeBitrix24 bitrix24, string connectionString)
    {
        _database = database;
        Bitrix24 = bitrix24;
        ConnectionString = connectionString;
        Storage = new AddonStorage(connectionString);
    }

    public FakeBitrix24 Bitrix24 { get; }

    public AddonStorage Storage { get; }

    /// <summary>Verdicts of every door of this process, in order.</summary>
    public static ConcurrentQueue<string> Verdicts { get; } = new();

    public string ConnectionString { get; }

    public Dictionary<string, string?> Settings { get; } = [];

    public Uri Address => _http.BaseAddress!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A server that logs everything at the lowest level; that neither log nor answers hold a secret is demanded at its end.</summary>
    public static Task<ServedAddon> StartHeardAsync(DatabaseKind kind = DatabaseKind.Sqlite, params (string Name, string? Value)[] settings) =>
        StartAsync(
            kind, connection => connection, new HeardLog(),
            [.. new[] { "Default", "Bitrix24", "Microsoft", "Microsoft.AspNetCore", "System", "Quartz" }.Select(c => ($"Logging:LogLevel:{c}", (string?)"Trace")), .. settings]);

    public static Task<ServedAddon> StartAsync(DatabaseKind kind = DatabaseKind.Sqlite, params (string Name, string? Value)[] settings) =>
        StartAsync(kind, connection => connection, null, settings);

    /// <summary>Starts it on SQLite with another connection string than the usual one.</summary>
    public static Task<ServedAddon> StartAsync(Func<string, string> connection, params (string Name, string? Value)[] settings) =>
        StartAsync(DatabaseKind.Sqlite, connection, null, settings);

    private static async Task<ServedAddon> StartAsync(
        DatabaseKind kind, Func<string, string> connection, HeardLog? heard, (string Name, string? Value)[] settings)
    {
        var database = await DatabaseUnderTest.CreateAsync(kind);
        var addon = new ServedAddon(database, await FakeBitrix24.StartAsync(), connection(database.ConnectionString)) { _heard = heard };
        foreach (var (name, value) in new (string, string?)[]
        {
            ("urls", "http://127.0.0.1:0"), ("Storage:ConnectionString", addon.ConnectionString), ("Security:KeyRing", addon._keys),
            ("Bitrix24:ClientId", FakeBitrix24.ClientId), ("Bitrix24:ClientSecret", FakeBitrix24.ClientSecret),
            ("Bitrix24:OAuthServer", addon.Bitrix24.Address.ToString()), ("Bitrix24:AllowInsecureLoopback", "true"),
            ("Bitrix24:OutgoingWebhookToken", OutgoingToken), ("Bitrix24:WebhookUrl", "https://webhook.bitrix24.ru/rest/1/s3cret/"),
            ("App:BackgroundWork", "false"), ("Logging:LogLevel:Default", "None"),
        }.Concat(settings))
        {
            addon.Settings[name] = value;
        }

        addon._meter.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Bitrix24Addon")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        addon._meter.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            foreach (var (name, value) in tags)
            {
                if (name == "verdict")
                {
                    Verdicts.Enqueue((string)value!);
                }
            }
        });
        addon._meter.Start();
        if (addon.Settings.GetValueOrDefault("App:PublicUrl") == OwnUrl)
        {
            addon.Settings["App:PublicUrl"] = addon.Settings["urls"] = FreeUrl(out _);
        }

        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        addon._program = Task.Run(() => AddonProgram.RunAsync(["serve"], addon.Settings, urls => listening.TrySetResult(urls.First()), cancellationToken: addon._stop.Token));
        var first = await Task.WhenAny(listening.Task, addon._program);
        Assert.True(first == listening.Task, "The program ended before it listened.");
        addon._http.BaseAddress = new Uri(await listening.Task);
        return addon;
    }

    /// <summary>Posts what must be refused: it has the status and the verdict, the body tells nothing, and nothing is stored.</summary>
    public async Task MustRefuseAsync(HttpStatusCode status, string verdict, string door, string body)
    {
        var before = await RowsAsync();
        Verdicts.Clear();

        var answer = await PostAsync(door, body);

        Assert.Equal((status, "", verdict), (answer.Status, answer.Body, Verdicts.LastOrDefault()));
        Assert.Equal(before, await RowsAsync());
    }

    public async Task<(HttpStatusCode Status, string Body)> PostAsync(string door, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded");
        return await PostAsync(door, content);
    }

    public async Task<(HttpStatusCode Status, string Body)> PostAsync(string door, HttpContent content)
    {
        using var answer = await _http.PostAsync(new Uri($"bitrix24/{door}", UriKind.Relative), content, Stop);
        var body = await answer.Content.ReadAsStringAsync(Stop);
        _heard?.Answered($"{answer}{body}");
        return (answer.StatusCode, body);
    }

    public async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), Stop);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    /// <summary>Asks a route of the pages, as a page does.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Answer)> ApiAsync(
        HttpMethod method, string path, object? body = null, string? session = null, string language = "ru")
    {
        using var request = new HttpRequestMessage(method, new Uri($"api/{path}", UriKind.Relative));
        request.Headers.Add("Accept-Language", language);
        request.Headers.Authorization = session is null ? null : new("Bearer", session);
        request.Content = body switch { null => null, string plain => new StringContent(plain), _ => JsonContent.Create(body) };
        using var answer = await _http.SendAsync(request, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        _heard?.Answered(text);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        return (answer.StatusCode, JsonDocument.Parse(text).RootElement);
    }

    /// <summary>A file that a page offers.</summary>
    public async Task<(HttpStatusCode Status, string? Name, byte[] Content)> DownloadAsync(string path, string session)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"api/{path}", UriKind.Relative));
        request.Headers.Authorization = new("Bearer", session);
        using var answer = await _http.SendAsync(request, Stop);
        return (answer.StatusCode, answer.Content.Headers.ContentDisposition?.FileName, await answer.Content.ReadAsByteArrayAsync(Stop));
    }

    /// <summary>The session of a user's page.</summary>
    public async Task<string> SessionAsync(long userId = 7)
    {
        var opened = await ApiAsync(HttpMethod.Post, "session", new { memberId = Bitrix24.MemberId, accessToken = FakeBitrix24.PageAccess(Bitrix24.Grant(userId: userId)) });
        Assert.Equal(HttpStatusCode.OK, opened.Status);
        return opened.Answer.GetProperty("token").GetString()!;
    }

    public async Task<HttpStatusCode> HeadAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var answer = await _http.SendAsync(request, Stop);
        return answer.StatusCode;
    }

    public async Task MustAcceptAsync(string verdict, string door, string body)
    {
        Verdicts.Clear();
        Assert.Equal((HttpStatusCode.OK, ""), await PostAsync(door, body));
        Assert.Equal(verdict, Verdicts.LastOrDefault());
    }

    public Task InstallAsync() => MustAcceptAsync("Installed", "install", Install());

    /// <summary>The post of an installation, as Bitrix24 sends it.</summary>
    public string Install(
        string eventName = "ONAPPINSTALL", string? memberId = null, string? domain = null, string? endpoint = null, string? refresh = null, string token = ApplicationToken,
        string server = "https://attacker.example/rest/", long ts = 1790000000) =>
        $"event={eventName}&data[VERSION]=1&data[ACTIVE]=Y&data[INSTALLED]=Y&data[LANGUAGE_ID]=ru&ts={ts}"
        + $"&auth[access_token]=postedAccess&auth[refresh_token]={refresh ?? Bitrix24.Grant()}&auth[expires_in]=3600&auth[scope]=crm+task"
        + $"&auth[domain]={domain ?? Bitrix24.Host}&auth[server_endpoint]={Uri.EscapeDataString(server)}&auth[status]=L"
        + $"&auth[client_endpoint]={Uri.EscapeDataString(endpoint ?? $"{Bitrix24.Address}rest/")}&auth[member_id]={memberId ?? Bitrix24.MemberId}&auth[application_token]={token}";

    public string Event(string eventName, string data, string? memberId = null, string? token = ApplicationToken, long ts = 1790000000) =>
        $"event={eventName}&{data}&ts={ts}&auth[domain]={Bitrix24.Host}&auth[client_endpoint]={Uri.EscapeDataString($"{Bitrix24.Address}rest/")}"
        + $"&auth[member_id]={memberId ?? Bitrix24.MemberId}" + (token is null ? "" : $"&auth[application_token]={token}");

    /// <summary>What the portal posts when it opens a page, with the tokens of whoever looks at it.</summary>
    public string Opening(string? memberId = null, string? refresh = null, string token = ApplicationToken) => OpeningWith(memberId, refresh ?? Bitrix24.Grant(), token);

    private string OpeningWith(string? memberId, string refresh, string token) =>
        $"AUTH_ID={FakeBitrix24.PageAccess(refresh)}&AUTH_EXPIRES=3600&REFRESH_ID={refresh}&SERVER_ENDPOINT=https%3A%2F%2Fattacker.example%2Frest%2F"
        + $"&APPLICATION_TOKEN={token}&APPLICATION_SCOPE=crm%2Ctask&member_id={memberId ?? Bitrix24.MemberId}&status=L&PLACEMENT=DEFAULT";

    /// <summary>The query of the address under which the portal opens a page.</summary>
    public string OpeningQuery(string language = "ru", string? domain = null) =>
        $"DOMAIN={Uri.EscapeDataString(domain ?? Bitrix24.Host)}&PROTOCOL=1&LANG={Uri.EscapeDataString(language)}&APP_SID=sid1";

    /// <summary>An address of this machine on which nobody listens; until somebody does, the port is anybody's, so ask for it last.</summary>
    public static string FreeUrl(out Uri address)
    {
        address = new Uri($"http://127.0.0.1:{FreePort()}/");
        return address.ToString();
    }

    /// <summary>A port of this machine that nobody listens to.</summary>
    public static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until something has come to be.</summary>
    public static async Task WaitAsync(Func<Task<bool>> isReached)
    {
        for (var ticks = 0; !await isReached(); ticks++)
        {
            Assert.True(ticks < 600, "It was not reached within a minute.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Stop);
        }
    }

    /// <summary>Everything that a post could have stored, one text a row.</summary>
    public async Task<List<string>> RowsAsync()
    {
        await using var db = Storage.Open();
        var rows = (await db.Portals.AsNoTracking().ToListAsync(Stop)).ConvertAll(p => $"portal {JsonSerializer.Serialize(p)}");
        rows.AddRange((await db.Access.IgnoreQueryFilters().AsNoTracking().ToListAsync(Stop)).Select(a => $"access {JsonSerializer.Serialize(a)}"));
        rows.AddRange((await db.Inbox.IgnoreQueryFilters().AsNoTracking().ToListAsync(Stop)).Select(i => $"inbox {JsonSerializer.Serialize(i)}"));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    /// <summary>Waits until the background work has come so far with the portal.</summary>
    public async Task UntilAsync(Func<AddonDbContext, Task<bool>> isReached)
    {
        await using var all = Storage.Open();
        await using var db = Storage.Open((await all.Portals.SingleAsync(p => p.Key == Bitrix24.MemberId, Stop)).Id);
        await WaitAsync(() => isReached(db));
    }

    /// <summary>The marks of a portal: kind, key, generation.</summary>
    public async Task<List<string>> MarksAsync(string? key = null)
    {
        await using var db = Storage.Open();
        var portal = await db.Portals.SingleAsync(p => p.Key == (key ?? Bitrix24.MemberId), Stop);
        var marks = await db.Inbox.IgnoreQueryFilters().AsNoTracking().Where(i => i.PortalId == portal.Id).ToListAsync(Stop);
        return [.. marks.Select(i => $"{i.Kind} {i.Key} x{i.Generation}{(i.IsDeletion ? " deleted" : "")}").Order(StringComparer.Ordinal)];
    }

    public async Task<PortalAccessRow?> AccessAsync()
    {
        await using var db = Storage.Open();
        return await db.Access.IgnoreQueryFilters().AsNoTracking().SingleOrDefaultAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _program;
        _stop.Dispose();
        _meter.Dispose();
        _http.Dispose();
        await Bitrix24.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_keys, recursive: true);
        using (_heard)
        {
            _heard?.MustHoldNoSecret();
        }
    }
}
