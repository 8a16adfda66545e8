using System.Net;
using System.Net.Http.Json;
using System.Text;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Doors;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Hosting;

/// <summary>The published folder under a stand-in for the Functions host, which freezes it between invocations and sends ticks to another process than posts.</summary>
public sealed class FunctionsContractTests : IAsyncDisposable
{
    private readonly string _keys = Directory.CreateTempSubdirectory("addon-keys-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task A_portal_is_installed_read_and_followed_by_posts_and_ticks_alone(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        await using var fixture = await StartPortalAsync();
        var portal = fixture.Portal;
        await using var host = await StartAsync(database, portal);
        var storage = new AddonStorage(database.ConnectionString);

        Assert.Equal(HttpStatusCode.OK, await portal.InstallAsync(new Uri(host.Address, "bitrix24/install"), cancellationToken: Stop));
        await host.TickAsync();

        var known = await PortalAsync(storage);
        Assert.NotNull(known.HistoryCompleteAtMs);
        Assert.Equal([1L], await VersionsAsync(storage, known.Id));
        Assert.Equal(2, await TriggersAsync(storage));

        // The doors hear of a change and are frozen; the tick, elsewhere, reads it.
        fixture.Apply("18T12:10:00", "update", "deal", 1, """{"opportunity":500}""");
        await portal.WaitForDeliveryAsync(Stop);
        await host.TickAsync();
        Assert.Equal([1L, 2], await VersionsAsync(storage, known.Id));

        // Both are killed between a post and its tick.
        fixture.Apply("18T12:20:00", "update", "deal", 1, """{"opportunity":700}""");
        await portal.WaitForDeliveryAsync(Stop);
        await host.ReplaceDoorsAsync();
        await host.ReplaceTimerAsync();
        await host.TickAsync();
        Assert.Equal([1L, 2, 3], await VersionsAsync(storage, known.Id));
        Assert.EndsWith("Nothing more is due.", await host.TickAsync(), StringComparison.Ordinal);

        // What was called is logged though nothing runs between invocations.
        await using var db = storage.Open(known.Id);
        Assert.True(await db.RestLog.AnyAsync(l => l.Caller != "", Stop));
    }

    [Theory, EveryDatabase]
    public async Task After_a_sleep_the_first_tick_catches_up_what_the_calendar_missed_once(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        await using var fixture = await StartPortalAsync();
        await using var host = await StartAsync(database, fixture.Portal);
        var storage = new AddonStorage(database.ConnectionString);
        await fixture.Portal.InstallAsync(new Uri(host.Address, "bitrix24/install"), cancellationToken: Stop);
        await host.TickAsync();
        var known = await PortalAsync(storage);
        await using var db = storage.Open(known.Id);

        // As if nobody had looked for two days.
        var woken = TimeProvider.System.GetUtcNow();
        var slept = woken.AddDays(-2).UtcTicks;
        Assert.Equal(2, await db.Database.ExecuteSqlRawAsync("UPDATE qrtz_triggers SET next_fire_time = {0}, start_time = {0}", slept));
        var before = (await db.Slots.AsNoTracking().ToListAsync(Stop)).ConvertAll(s => (s.Job, s.ScheduledAtMs));
        await Task.WhenAll(host.TickAsync(), host.Doors.InvokeAsync(http => http.PostAsync("/Tick", new StringContent("{}", Encoding.UTF8, "application/json"), Stop)));
        var awake = TimeProvider.System.GetUtcNow();
        await host.TickAsync();

        // Of each job the last one that was missed; another may have become due of itself before or since.
        var missed = (await db.Slots.AsNoTracking().ToListAsync(Stop)).Where(s => !before.Contains((s.Job, s.ScheduledAtMs)) && s.ScheduledAtMs <= awake.ToUnixTimeMilliseconds()).ToList();
        Assert.Equal([CalendarJob.Reconcile, CalendarJob.DailyClose], missed.Select(s => s.Job).Order());
        Assert.All(missed, slot => Assert.NotNull(slot.DoneAtMs));
        Assert.All(missed, slot => Assert.True(slot.ScheduledAtMs > woken.AddDays(-1).ToUnixTimeMilliseconds()));
    }

    [Theory, EveryDatabase]
    public async Task A_process_that_is_killed_in_the_middle_of_a_tick_loses_nothing_and_another_does_nothing_twice(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        await using var fixture = await StartPortalAsync();
        var portal = fixture.Portal;
        await using var host = await StartAsync(database, portal);
        var storage = new AddonStorage(database.ConnectionString);
        Assert.Equal(HttpStatusCode.OK, await portal.InstallAsync(new Uri(host.Address, "bitrix24/install"), cancellationToken: Stop));

        // Events are subscribed to, the history is read, a changed deal is read: the portal did what it was asked, and the process dies before it knows.
        foreach (var method in new[] { "event.bind", "crm.item.list" })
        {
            await KillInTickAsync(method);
        }

        var told = await host.TickAsync();
        var known = await PortalAsync(storage);
        Assert.True(known.HistoryCompleteAtMs is not null, told);
        portal.Counters.Reset();
        fixture.Apply("18T12:10:00", "update", "deal", 1, """{"opportunity":500}""");
        await portal.WaitForDeliveryAsync(Stop);
        Assert.Equal(1, portal.Counters.EventsDelivered);
        await KillInTickAsync("crm.item.list");
        await host.TickAsync();

        Assert.Equal([1L, 2], await VersionsAsync(storage, known.Id));
        Assert.Equal(2, await TriggersAsync(storage));
        await using var db = storage.Open(known.Id);
        Assert.Equal(0, await db.Inbox.CountAsync(Stop));
        Assert.EndsWith("Nothing more is due.", await host.TickAsync(), StringComparison.Ordinal);

        async Task KillInTickAsync(string method)
        {
            portal.Counters.Reset();
            (portal.Options.TakesTime, portal.Options.MethodCostSeconds[method]) = (true, 3);
            var tick = Record.ExceptionAsync(host.TickAsync);
            await WaitAsync(() => tick.IsCompleted || portal.Counters.LongestRequestSeconds >= 3);
            Assert.False(tick.IsCompleted, method);
            await host.Timer.KillAsync();
            Assert.IsType<HttpRequestException>(await tick);
            (portal.Options.TakesTime, _) = (false, portal.Options.MethodCostSeconds.Remove(method));

            // As if the time had passed in which it would have renewed its turns.
            await using var all = storage.Open();
            Assert.True(await all.Leases.IgnoreQueryFilters().Where(l => l.UntilMs > 0).ExecuteUpdateAsync(set => set.SetProperty(l => l.UntilMs, 1), Stop) > 0, method);
            await host.ReplaceTimerAsync();
        }
    }

    [Theory, EveryDatabase]
    public async Task A_post_that_is_being_answered_when_the_process_is_killed_is_not_said_to_be_kept(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        await using var fixture = await StartPortalAsync();
        var portal = fixture.Portal;
        await using var host = await StartAsync(database, portal);
        var storage = new AddonStorage(database.ConnectionString);
        await portal.InstallAsync(new Uri(host.Address, "bitrix24/install"), cancellationToken: Stop);
        await host.TickAsync();
        using var http = new HttpClient { BaseAddress = host.Address };
        var known = await PortalAsync(storage);

        Task<HttpStatusCode> killed;
        await using (var db = storage.Open())
        {
            // Nobody can write until this ends.
            await using var held = await db.Database.BeginTransactionAsync(Stop);
            await db.Database.ExecuteSqlRawAsync(kind == DatabaseKind.Postgres ? "LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE" : "UPDATE inbox SET \"Key\" = \"Key\"", Stop);
            killed = PostAsync();
            await WaitAsync(() => host.Doors.IsAsked);
            if (kind == DatabaseKind.Postgres)
            {
                await WaitForWriterAsync(storage);
            }

            Assert.False(killed.IsCompleted);
            await host.Doors.KillAsync();
            Assert.Equal(HttpStatusCode.InternalServerError, await killed);
        }

        await host.ReplaceDoorsAsync();
        fixture.Apply("18T12:10:00", "update", "deal", 1, """{"opportunity":500}""");
        await portal.WaitForDeliveryAsync(Stop);
        Assert.Equal(HttpStatusCode.OK, await PostAsync());
        await host.TickAsync();

        Assert.Equal([1L, 2], await VersionsAsync(storage, known.Id));
        await using var after = storage.Open(known.Id);
        Assert.Equal(0, await after.Inbox.CountAsync(Stop));

        async Task<HttpStatusCode> PostAsync()
        {
            using var answer = await http.PostAsync(
                "bitrix24/events",
                new StringContent(
                    $"event=ONCRMDEALUPDATE&data[FIELDS][ID]=1&ts=1&auth[member_id]={portal.Options.MemberId}&auth[application_token]={portal.ApplicationToken}",
                    Encoding.UTF8, "application/x-www-form-urlencoded"),
                Stop);
            return answer.StatusCode;
        }
    }

    [Theory, EveryDatabase]
    public async Task What_the_doors_called_is_logged_before_they_are_frozen(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        await using var fixture = await StartPortalAsync();
        await using var host = await StartAsync(database, fixture.Portal);

        Assert.Equal(HttpStatusCode.OK, await fixture.Portal.InstallAsync(new Uri(host.Address, "bitrix24/install"), cancellationToken: Stop));
        using var http = new HttpClient { BaseAddress = host.Address };
        using var opened = await http.PostAsJsonAsync("api/session", new { memberId = fixture.Portal.Options.MemberId, accessToken = fixture.Portal.IssueToken(1) }, Stop);

        Assert.True(opened.IsSuccessStatusCode, $"{opened.StatusCode} {await opened.Content.ReadAsStringAsync(Stop)}");
        var storage = new AddonStorage(database.ConnectionString);
        await using var db = storage.Open((await PortalAsync(storage)).Id);
        Assert.NotEmpty(await db.RestLog.Select(l => l.Caller).ToListAsync(Stop));
    }

    [Theory]
    [InlineData(Passing.Proxied)]
    [InlineData(Passing.Forwarded)]
    public async Task Every_function_answers_through_the_host_as_the_program_answers_itself(Passing passing)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        await using var fixture = await StartPortalAsync();
        await using var host = await StartAsync(database, fixture.Portal, passing);
        var folder = await PublishedFolder.GetAsync();
        using var http = new HttpClient { BaseAddress = host.Address };

        foreach (var function in folder.Functions.Where(f => f.Route is not null))
        {
            foreach (var method in function.Methods)
            {
                var path = function.Name switch
                {
                    "Api" => method == "PUT" ? "api/norms" : method == "POST" ? "api/session" : "api/me",
                    "Assets" => "assets/" + Path.GetFileName(Directory.EnumerateFiles(Path.Combine(folder.Path, "wwwroot"), "*.js").First()),
                    "Health" => "health/ready",
                    "Placements" => "bitrix24/placements/LEFT_MENU",
                    _ => function.Route!,
                };
                var through = await AskAsync(http, method, path);
                var itself = await host.Doors.InvokeAsync(direct => AskAsync(direct, method, path));

                Assert.Equal((function.Name, method, itself), (function.Name, method, through));
                Assert.Equal((function.Name, method, Expected(function.Name, method)), (function.Name, method, through.Status));
            }
        }

        static HttpStatusCode Expected(string function, string method) => (function, method) switch
        {
            (_, "OPTIONS") => HttpStatusCode.NoContent,
            ("Api", "POST") => HttpStatusCode.BadRequest,
            ("Api", _) => HttpStatusCode.Unauthorized,
            (_, "POST") => HttpStatusCode.BadRequest,
            _ => HttpStatusCode.OK,
        };
    }

    [Fact]
    public async Task A_body_of_unknown_length_comes_through()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        await using var fixture = await StartPortalAsync();
        var portal = fixture.Portal;
        await using var host = await StartAsync(database, portal);
        await portal.InstallAsync(new Uri(host.Address, "bitrix24/install"), cancellationToken: Stop);
        await host.TickAsync();
        using var http = new HttpClient { BaseAddress = host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "bitrix24/events")
        {
            Content = new StringContent(
                $"event=ONCRMDEALUPDATE&data[FIELDS][ID]=1&ts=1&auth[member_id]={portal.Options.MemberId}&auth[application_token]={portal.ApplicationToken}",
                Encoding.UTF8, "application/x-www-form-urlencoded"),
        };
        request.Headers.TransferEncodingChunked = true;

        using var answer = await http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var all = new AddonStorage(database.ConnectionString).Open();
        Assert.Equal(1, await all.Inbox.IgnoreQueryFilters().CountAsync(i => i.Key == "1", Stop));
    }

    [Fact]
    public async Task What_only_the_host_may_call_is_refused_to_others()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        await using var host = await StartAsync(database, null);
        using var http = new HttpClient();

        foreach (var path in new[] { "/Tick", "/tick", "/Tick/", "//Tick", "/api/../Tick", "/api/%2e%2e/Tick", "/api/..%2FTick", "/assets/../Tick" })
        {
            foreach (var method in new[] { HttpMethod.Post, HttpMethod.Get })
            {
                var exact = new Uri(host.Address.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
                using var request = new HttpRequestMessage(method, exact) { Content = method == HttpMethod.Post ? new StringContent("{}", Encoding.UTF8, "application/json") : null };
                using var answer = await http.SendAsync(request, Stop);

                Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed, $"{method} {path}: {answer.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task In_azure_it_does_not_start_on_a_file_that_other_instances_do_not_have()
    {
        await using var handler = HandlerProcess.Start(await PublishedFolder.GetAsync(), new Dictionary<string, string?>
        {
            ["FUNCTIONS_CUSTOMHANDLER_PORT"] = "1", ["WEBSITE_INSTANCE_ID"] = "7", ["Storage__ConnectionString"] = $"Data Source={Path.Combine(_keys, "addon.db")}", ["LANG"] = "en_GB.UTF-8",
        });

        Assert.Equal(1, await handler.ExitAsync());
        Assert.Contains(handler.Said, line => line.Contains("PostgreSQL", StringComparison.Ordinal) && line.Contains("Storage__ConnectionString", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(_keys, "addon.db")));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_keys, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static Task<PortalFixture> StartPortalAsync() => PortalFixture.StartAsync(
        options => options.WithoutLimits().TimeProvider = TimeProvider.System,
        PortalFixture.Line("02T08:00:00", "add", "user", 101, """{"NAME":"Анна"}"""),
        PortalFixture.Line("02T09:00:00", "add", "deal", 1, """{"title":"Сделка","assignedById":101}"""));

    private async Task<FunctionsHostDriver> StartAsync(DatabaseUnderTest database, SimulatedPortal? portal, Passing passing = Passing.Proxied)
    {
        var folder = await PublishedFolder.GetAsync();
        var port = ServedAddon.FreePort();
        return await FunctionsHostDriver.StartAsync(
            folder,
            port,
            new Dictionary<string, string?>
            {
                ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
                ["App__PublicUrl"] = $"http://127.0.0.1:{port}/",
                ["Storage__ConnectionString"] = database.ConnectionString,
                ["Security__KeyRing"] = _keys,
                ["Bitrix24__ClientId"] = portal?.Options.ClientId ?? "",
                ["Bitrix24__ClientSecret"] = portal?.Options.ClientSecret ?? "",
                ["Bitrix24__OAuthServer"] = portal?.OAuthServerAddress.ToString() ?? "",
                ["Bitrix24__AllowInsecureLoopback"] = "true",
            },
            passing);
    }

    private static async Task<(HttpStatusCode Status, string Type, int Length)> AskAsync(HttpClient http, string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is "POST" or "PUT")
        {
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        }

        using var answer = await http.SendAsync(request, Stop);
        var body = await answer.Content.ReadAsByteArrayAsync(Stop);
        return (answer.StatusCode, answer.Content.Headers.ContentType?.ToString() ?? "", body.Length);
    }

    /// <summary>Until somebody wants to write what is locked.</summary>
    private static async Task WaitForWriterAsync(AddonStorage storage)
    {
        await using var db = storage.Open();
        while (await db.Database.SqlQueryRaw<int>("SELECT COUNT(*)::int AS \"Value\" FROM pg_locks WHERE NOT granted AND relation = 'inbox'::regclass").SingleAsync(Stop) == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Stop);
        }
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Stop);
        }
    }

    private static async Task<Portals.PortalRow> PortalAsync(AddonStorage storage)
    {
        await using var db = storage.Open();
        return await db.Portals.AsNoTracking().SingleAsync(Stop);
    }

    private static async Task<List<long>> VersionsAsync(AddonStorage storage, int portalId)
    {
        await using var db = storage.Open(portalId);
        return await db.Facts.Where(f => f.Kind == FactKind.Deal).OrderBy(f => f.Version).Select(f => (long)f.Version).ToListAsync(Stop);
    }

    private static async Task<int> TriggersAsync(AddonStorage storage)
    {
        await using var db = storage.Open();
        return await db.Database.SqlQueryRaw<int>("SELECT CAST(COUNT(*) AS INTEGER) AS \"Value\" FROM qrtz_triggers").SingleAsync(Stop);
    }
}
