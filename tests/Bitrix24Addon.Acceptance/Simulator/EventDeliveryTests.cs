using System.Net;
using Bitrix24.PortalSimulator;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class EventDeliveryTests
{
    [Fact]
    public async Task The_envelope_is_the_documented_one()
    {
        await using var live = await LivePortal.StartAsync();
        await live.BindAsync("ONCRMDEALADD");
        live.Fixture.Apply("02T10:00:00", "add", "deal", 5, """{"title":"T","assignedById":1}""");
        var post = Assert.Single(await live.DeliveredAsync());
        var token = post.Form["auth[access_token]"];
        Assert.Equal(new SortedDictionary<string, string>
        {
            ["event"] = "ONCRMDEALADD",
            ["event_handler_id"] = "1",
            ["data[FIELDS][ID]"] = "5",
            ["ts"] = PortalFixture.Now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["auth[access_token]"] = token,
            ["auth[expires_in]"] = "3600",
            ["auth[scope]"] = string.Join(',', PortalSimulatorOptions.AllScopes.Order(StringComparer.Ordinal)),
            ["auth[domain]"] = live.Portal.BaseAddress.Authority,
            ["auth[server_endpoint]"] = live.Portal.OAuthServerAddress + "rest/",
            ["auth[status]"] = "L",
            ["auth[client_endpoint]"] = live.Portal.BaseAddress + "rest/",
            ["auth[member_id]"] = live.Portal.Options.MemberId,
            ["auth[application_token]"] = live.Portal.ApplicationToken,
        }, new SortedDictionary<string, string>(post.Form.ToDictionary()));
        Assert.Equal(("/events", "application/x-www-form-urlencoded"), (post.Path, post.ContentType.Split(';')[0]));
        Assert.Equal("1", (string)(await live.CallAsync("profile", "{}", token)).Body["result"]!["ID"]!);
    }

    [Fact]
    public async Task Every_kind_of_change_has_its_event()
    {
        await using var live = await LivePortal.StartAsync();
        await live.BindAsync([.. new[] { "LEAD", "DEAL", "QUOTE", "CONTACT", "ACTIVITY" }
            .SelectMany(subject => new[] { $"ONCRM{subject}ADD", $"ONCRM{subject}UPDATE", $"ONCRM{subject}DELETE" }), "ONUSERADD"]);
        foreach (var (table, fields, change) in new[]
        {
            ("lead", """{"title":"L","assignedById":1}""", """{"title":"M"}"""),
            ("deal", """{"title":"D","assignedById":1}""", """{"stageId":"EXECUTING"}"""),
            ("quote", """{"title":"Q","assignedById":1}""", """{"stageId":"SENT"}"""),
            ("contact", """{"NAME":"К","assignedById":1}""", """{"NAME":"Н"}"""),
            ("activity", """{"TYPE_ID":2,"OWNER_TYPE_ID":2,"OWNER_ID":3,"RESPONSIBLE_ID":1}""", """{"COMPLETED":"Y"}"""),
        })
        {
            live.Fixture.Apply("02T10:00:00", "add", table, 3, fields);
            live.Fixture.Apply("03T10:00:00", "update", table, 3, change);
            live.Fixture.Apply("03T11:00:00", "update", table, 3, change); // Nothing changes, so nothing is told.
            live.Fixture.Apply("04T10:00:00", "delete", table, 3);
            var posts = await live.DeliveredAsync();
            Assert.Equal(
                new[] { "ADD", "UPDATE", "DELETE" }.Select(verb => ($"ONCRM{table.ToUpperInvariant()}{verb}", "3", true)),
                posts.Select(post => (post.Event, post.Id, post.Form.ContainsKey("auth[access_token]") != post.Event.EndsWith("DELETE", StringComparison.Ordinal))));
            Assert.All(posts, post => Assert.Single(post.Form.Keys, key => key.StartsWith("data", StringComparison.Ordinal)));
            live.Listener.Clear();
        }
        live.Fixture.Apply("05T10:00:00", "add", "user", 9, """{"NAME":"Инна","LAST_NAME":"Ю","UF_DEPARTMENT":[4,5]}""");
        var user = Assert.Single(await live.DeliveredAsync()).Form;
        Assert.Equal(
            ("9", "Y", "Инна", "4", "5", "2026-03-05T10:00:00+03:00"),
            (user["data[ID]"], user["data[ACTIVE]"], user["data[NAME]"], user["data[UF_DEPARTMENT][0]"], user["data[UF_DEPARTMENT][1]"], user["data[DATE_REGISTER]"]));
    }

    [Fact]
    public async Task A_deal_in_another_funnel_is_told_of_instead_of_an_update()
    {
        await using var live = await LivePortal.StartAsync();
        await live.BindAsync("ONCRMDEALUPDATE", "ONCRMDEALMOVETOCATEGORY");
        live.Fixture.Apply("01T00:00:00", "add", "category", 4, """{"name":"Опт"}""");
        live.Fixture.Apply("02T10:00:00", "add", "deal", 1, """{"title":"T"}""");
        live.Fixture.Apply("03T10:00:00", "update", "deal", 1, """{"categoryId":4,"stageId":"C4:PREPARATION"}""");
        var post = Assert.Single(await live.DeliveredAsync());
        Assert.Equal(
            ("ONCRMDEALMOVETOCATEGORY", "1", "4", "C4:PREPARATION"),
            (post.Event, post.Id, post.Form["data[FIELDS][CATEGORY_ID]"], post.Form["data[FIELDS][STAGE_ID]"]));
    }

    [Fact]
    public async Task Task_events_say_undefined_where_nothing_is()
    {
        await using var live = await LivePortal.StartAsync();
        await live.BindAsync("ONTASKADD", "ONTASKUPDATE", "ONTASKDELETE");
        live.Fixture.Apply("02T10:00:00", "add", "task", 8, """{"title":"T","responsibleId":1}""");
        live.Fixture.Apply("03T10:00:00", "update", "task", 8, """{"status":"5"}""");
        live.Fixture.Apply("04T10:00:00", "delete", "task", 8);
        const string None = "undefined";
        string[][] expected =
        [
            ["data[FIELDS_BEFORE]", None, "data[FIELDS_AFTER][ID]", "8", "data[IS_ACCESSIBLE_BEFORE]", "N", "data[IS_ACCESSIBLE_AFTER]", None],
            ["data[FIELDS_BEFORE][ID]", "8", "data[FIELDS_AFTER][ID]", "8", "data[IS_ACCESSIBLE_BEFORE]", None, "data[IS_ACCESSIBLE_AFTER]", None],
            ["data[FIELDS_BEFORE][ID]", "8", "data[FIELDS_AFTER]", None, "data[IS_ACCESSIBLE_BEFORE]", None, "data[IS_ACCESSIBLE_AFTER]", "N"],
        ];
        Assert.Equal(expected, (await live.DeliveredAsync()).Select(post =>
            post.Form.Where(field => field.Key.StartsWith("data", StringComparison.Ordinal)).SelectMany(field => new[] { field.Key, field.Value }).ToArray()));
    }

    [Fact]
    public async Task A_call_is_told_of_with_its_documented_data()
    {
        await using var live = await LivePortal.StartAsync();
        await live.BindAsync("ONVOXIMPLANTCALLEND");
        live.Fixture.Apply("02T10:00:00", "add", "call", 6,
            """{"CALL_ID":"c6","CALL_TYPE":1,"PHONE_NUMBER":"+70000000000","PORTAL_USER_ID":null,"CALL_DURATION":31,"CALL_START_DATE":"2026-03-02T09:59:00+03:00"}""");
        var post = Assert.Single(await live.DeliveredAsync());
        Assert.Equal(new Dictionary<string, string>
        {
            ["CALL_ID"] = "c6",
            ["CALL_TYPE"] = "1",
            ["PHONE_NUMBER"] = "+70000000000",
            ["PORTAL_NUMBER"] = "",
            ["PORTAL_USER_ID"] = "",
            ["CALL_DURATION"] = "31",
            ["CALL_START_DATE"] = "2026-03-02T09:59:00+03:00",
            ["COST"] = "0.0000",
            ["COST_CURRENCY"] = "",
            ["CALL_FAILED_CODE"] = "200",
            ["CALL_FAILED_REASON"] = "",
            ["CRM_ACTIVITY_ID"] = "",
        }, post.Form.Where(field => field.Key.StartsWith("data[", StringComparison.Ordinal)).ToDictionary(field => field.Key[5..^1], field => field.Value));
        // Nobody spoke, so nobody's token comes with it.
        Assert.DoesNotContain("auth[access_token]", post.Form.Keys);
        Assert.DoesNotContain("auth[expires_in]", post.Form.Keys);
    }

    [Fact]
    public async Task Nothing_is_delivered_before_the_installation_is_finished()
    {
        await using var live = await LivePortal.StartAsync(null, false);
        await live.BindAsync("ONCRMLEADADD");
        live.Fixture.Apply("02T10:00:00", "add", "lead", 1, """{"title":"L"}""");
        Assert.Empty(await live.DeliveredAsync());
        await live.Portal.InstallAsync(new Uri(live.Listener.Address, "install"), cancellationToken: TestContext.Current.CancellationToken);
        live.Fixture.Apply("02T11:00:00", "add", "lead", 2, """{"title":"L"}""");
        Assert.Equal(["/install ONAPPINSTALL", "/events ONCRMLEADADD"], (await live.DeliveredAsync()).Select(post => $"{post.Path} {post.Event}"));
        Assert.Equal("2", live.Listener.Posts[1].Id);
    }

    [Fact]
    public async Task What_a_handler_does_not_take_is_lost()
    {
        await using var live = await LivePortal.StartAsync();
        await live.BindAsync("ONCRMLEADADD");
        await live.CallAsync("event.bind", """{"event":"ONCRMLEADADD","handler":"http://127.0.0.1:9/nobody"}""");
        live.Listener.Answer = HttpStatusCode.ServiceUnavailable;
        live.Fixture.Apply("02T10:00:00", "add", "lead", 1, """{"title":"L"}""");
        await live.DeliveredAsync();
        live.Listener.Answer = HttpStatusCode.Accepted;
        live.Fixture.Apply("02T11:00:00", "add", "lead", 2, """{"title":"L"}""");
        Assert.Equal(["1", "2"], (await live.DeliveredAsync()).Select(post => post.Id));
        var counters = live.Portal.Counters;
        Assert.Equal((4, 1, 3, 0, 0), (counters.EventsQueued, counters.EventsDelivered, counters.EventsFailed, counters.EventsLost, counters.EventsDuplicated));
    }

    [Fact]
    public async Task A_handler_may_have_the_token_of_a_chosen_user()
    {
        await using var live = await LivePortal.StartAsync(null, true, PortalFixture.Line("01T00:00:00", "add", "user", 7, """{"NAME":"Олег"}"""));
        await live.CallAsync("event.bind", $$"""{"event":"ONCRMLEADDELETE","handler":"{{live.Listener.Address}}","auth_type":7}""");
        live.Fixture.Apply("02T10:00:00", "add", "lead", 1, """{"title":"L"}""");
        live.Fixture.Apply("02T11:00:00", "delete", "lead", 1);
        var token = Assert.Single(await live.DeliveredAsync()).Form["auth[access_token]"];
        Assert.Equal("7", (string)(await live.CallAsync("profile", "{}", token)).Body["result"]!["ID"]!);
    }

    [Fact]
    public async Task An_outgoing_webhook_needs_no_application_and_brings_no_tokens()
    {
        await using var live = await LivePortal.StartAsync(null, false);
        live.Portal.AddOutgoingWebhook(new Uri(live.Listener.Address, "hook"), ["onCrmLeadAdd"], "hooktoken");
        live.Fixture.Apply("02T10:00:00", "add", "lead", 1, """{"title":"L"}""");
        var post = Assert.Single(await live.DeliveredAsync());
        Assert.Equal(("ONCRMLEADADD", "hooktoken"), (post.Event, post.Form["auth[application_token]"]));
        Assert.Equal(
            ["auth[application_token]", "auth[client_endpoint]", "auth[domain]", "auth[member_id]", "auth[server_endpoint]"],
            post.Form.Keys.Where(key => key.StartsWith("auth", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Throws<ArgumentException>(() => live.Portal.AddOutgoingWebhook(live.Listener.Address, ["ONCRMDEALMOVETOCATEGORY"], "t"));
        Assert.Throws<ArgumentException>(() => live.Portal.AddOutgoingWebhook(new Uri("events", UriKind.Relative), ["ONCRMLEADADD"], "t"));
    }

    [Fact]
    public async Task Loss_and_duplicates_repeat_with_the_seed()
    {
        static void Bad(PortalSimulatorOptions options) => (options.EventLossShare, options.EventDuplicateShare, options.EventReorderWindow) = (0.2, 0.1, 8);
        var first = await ManyAsync(Bad);
        Assert.Equal(first, await ManyAsync(Bad));
        Assert.NotEqual(first, await ManyAsync(options =>
        {
            Bad(options);
            options.EventSeed = 2;
        }));
        Assert.NotEqual(first.Order(), first);
        Assert.InRange(first.Distinct().Count(), 140, 180);
        Assert.InRange(first.Length - first.Distinct().Count(), 5, 35);
        Assert.Equal(Enumerable.Range(1, 200), await ManyAsync(_ => { }));
    }

    [Fact]
    public async Task A_reordered_post_stays_near_its_place()
    {
        var seen = await ManyAsync(options => options.EventReorderWindow = 8);
        Assert.Equal(Enumerable.Range(1, 200), seen.Order());
        Assert.All(seen.Chunk(8).Select((window, index) => (window, index)), part =>
            Assert.Equal(Enumerable.Range((part.index * 8) + 1, 8), part.window.Order()));
        Assert.Contains(seen.Chunk(8), window => !window.SequenceEqual(window.Order()));
    }

    [Fact]
    public async Task Trouble_can_be_switched_on_while_the_portal_runs()
    {
        await using var live = await LivePortal.StartAsync();
        await live.BindAsync("ONCRMLEADADD");
        void Add(long id) => live.Fixture.Apply("02T10:00:00", "add", "lead", id, """{"title":"L"}""");
        Add(1);
        live.Portal.Options.EventLossShare = 1;
        Add(2);
        (live.Portal.Options.EventLossShare, live.Portal.Options.EventDuplicateShare) = (0, 1);
        Add(3);
        Assert.Equal(["1", "3", "3"], (await live.DeliveredAsync()).Select(post => post.Id));
        var counters = live.Portal.Counters;
        Assert.Equal((3, 3, 1, 1), (counters.EventsQueued, counters.EventsDelivered, counters.EventsLost, counters.EventsDuplicated));
    }

    private static async Task<int[]> ManyAsync(Action<PortalSimulatorOptions> configure)
    {
        await using var live = await LivePortal.StartAsync(configure);
        await live.BindAsync("ONCRMLEADADD");
        for (var id = 1; id <= 200; id++)
        {
            live.Fixture.Apply("02T10:00:00", "add", "lead", id, """{"title":"L"}""");
        }
        return [.. (await live.DeliveredAsync()).Select(post => int.Parse(post.Id, System.Globalization.CultureInfo.InvariantCulture))];
    }
}
