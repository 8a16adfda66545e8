using System.Net;
using System.Text;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Doors;

[Collection(nameof(OneDoorAtATime))]
public sealed class EventsDoorTests
{
    private const string DealAdded = "data[FIELDS][ID]=7";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Events_of_an_installed_portal_are_marked(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartAsync(kind);
        await addon.InstallAsync();

        await addon.MustAcceptAsync("Accepted", "events", addon.Event("ONCRMDEALADD", DealAdded));
        await addon.MustAcceptAsync("Accepted", "events", addon.Event("onCrmDealUpdate", DealAdded));
        await addon.MustAcceptAsync("Accepted", "events", addon.Event("ONCRMLEADDELETE", "data[FIELDS][ID]=9"));
        await addon.MustAcceptAsync("Accepted", "events", addon.Event("ONVOXIMPLANTCALLEND", "data[CALL_ID]=ext.1"));
        await addon.MustAcceptAsync("Ignored", "events", addon.Event("ONAPPTEST", "data[QUERY][a]=b"));
        await addon.MustAcceptAsync("Ignored", "events", addon.Event("ONCRMCONTACTADD", "data[FIELDS][ID]=3"));

        Assert.Equal(["Call ext.1 x1", "Deal 7 x2", "Installation 0 x1", "Lead 9 x1 deleted"], await addon.MarksAsync());
    }

    [Fact]
    public async Task An_unknown_portal_and_a_wrong_token_get_the_same_answer()
    {
        await using var addon = await ServedAddon.StartAsync();
        await addon.InstallAsync();

        foreach (var post in new[]
        {
            addon.Event("ONCRMDEALADD", DealAdded, token: "wrong"), addon.Event("ONCRMDEALADD", DealAdded, memberId: "unknown"),
            addon.Event("ONCRMDEALADD", DealAdded, token: null), addon.Event("ONCRMDEALADD", DealAdded, token: ""),
            addon.Event("ONCRMDEALADD", DealAdded, memberId: "webhook:webhook.bitrix24.ru"), addon.Event("ONAPPUNINSTALL", "data[CLEAN]=1", token: "wrong"),
            "event=ONCRMDEALADD&data[FIELDS][ID]=7",
        })
        {
            await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", "events", post);
        }
    }

    [Fact]
    public async Task What_is_no_form_or_lacks_its_id_is_refused()
    {
        await using var addon = await ServedAddon.StartAsync();
        await addon.InstallAsync();

        await addon.MustRefuseAsync(HttpStatusCode.BadRequest, "Malformed", "events", "");
        await addon.MustRefuseAsync(HttpStatusCode.BadRequest, "Malformed", "events", "event=%zz");
        await addon.MustRefuseAsync(HttpStatusCode.BadRequest, "Malformed", "events", """{"event":"ONCRMDEALADD"}""");
        await addon.MustRefuseAsync(HttpStatusCode.BadRequest, "Malformed", "events", addon.Event("ONCRMDEALADD", "data[FIELDS][ID]=undefined"));
        await addon.MustRefuseAsync(HttpStatusCode.BadRequest, "Malformed", "events", addon.Event("", DealAdded));
        using var json = new StringContent(addon.Event("ONCRMDEALADD", DealAdded), Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.BadRequest, (await addon.PostAsync("events", json)).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task More_than_a_mebibyte_is_refused_without_reading_on(bool chunked)
    {
        await using var addon = await ServedAddon.StartAsync();
        await addon.InstallAsync();
        var before = await addon.RowsAsync();
        var small = addon.Event("ONCRMDEALADD", DealAdded) + "&pad=";

        // The server counts the frames of chunks too.
        var most = chunked ? (1 << 20) - 4096 : 1 << 20;
        ServedAddon.Verdicts.Clear();

        using var whole = Content(small.PadRight(most, 'x'));
        Assert.Equal(HttpStatusCode.OK, (await addon.PostAsync("events", whole)).Status);
        using var over = Content(small.PadRight((1 << 20) + 1, 'x'));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await addon.PostAsync("events", over)).Status);

        Assert.Equal(["Accepted", "TooLarge"], ServedAddon.Verdicts);
        Assert.Equal(before.Count + 1, (await addon.RowsAsync()).Count);
        Assert.Contains("Deal 7 x1", await addon.MarksAsync());

        HttpContent Content(string body)
        {
            HttpContent content = chunked ? new StreamContent(new Endless(Encoding.UTF8.GetBytes(body))) : new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            content.Headers.ContentType = new("application/x-www-form-urlencoded");
            return content;
        }
    }

    [Fact]
    public async Task A_source_that_fails_too_often_is_limited_and_verified_posts_never_are()
    {
        await using var addon = await ServedAddon.StartAsync();
        await addon.InstallAsync();

        var statuses = new List<HttpStatusCode>();
        for (var number = 0; number < 35; number++)
        {
            statuses.Add((await addon.PostAsync("events", addon.Event("ONCRMDEALADD", DealAdded, token: "wrong"))).Status);
        }

        Assert.Equal(30, statuses.Count(s => s == HttpStatusCode.Forbidden));
        Assert.All(statuses.Skip(30), s => Assert.Equal(HttpStatusCode.TooManyRequests, s));
        await addon.MustRefuseAsync(HttpStatusCode.TooManyRequests, "Limited", "install", "event=ONAPPINSTALL&auth[member_id]=0a1b2c&auth[application_token]=x");
        await addon.MustAcceptAsync("Installed", "install", addon.Install(token: "another"));
        await addon.MustAcceptAsync("PaymentHint", "events", addon.Event("ONAPPPAYMENT", "data[CODE]=a", token: null));
        for (var number = 0; number < 40; number++)
        {
            Assert.Equal(HttpStatusCode.OK, (await addon.PostAsync("events", addon.Event("ONCRMDEALADD", DealAdded, token: "another"))).Status);
        }

        Assert.Contains("Deal 7 x40", await addon.MarksAsync());
    }

    [Fact]
    public async Task A_hint_on_payment_is_answered_alike_and_kept_for_known_portals_only()
    {
        await using var addon = await ServedAddon.StartAsync();
        await addon.InstallAsync();

        await addon.MustAcceptAsync("PaymentHint", "events", addon.Event("ONAPPPAYMENT", "data[CODE]=a", token: null));
        var before = await addon.RowsAsync();
        await addon.MustAcceptAsync("PaymentHintOfStranger", "events", addon.Event("ONAPPPAYMENT", "data[CODE]=a", memberId: "unknown", token: null));
        await addon.MustAcceptAsync("PaymentHintOfStranger", "events", $"event=ONAPPPAYMENT&auth[member_id]={addon.Bitrix24.MemberId}&auth[domain]=other.example");
        await addon.MustAcceptAsync("PaymentHintOfStranger", "events", $"event=ONAPPPAYMENT&auth[member_id]={addon.Bitrix24.MemberId}");

        Assert.Equal(before, await addon.RowsAsync());
        Assert.Contains("Payment 0 x1", await addon.MarksAsync());
    }

    [Fact]
    public async Task Hints_on_payments_are_limited_and_use_up_nothing_else()
    {
        await using var addon = await ServedAddon.StartAsync();
        for (var number = 0; number < 30; number++)
        {
            await addon.MustAcceptAsync("PaymentHintOfStranger", "events", addon.Event("ONAPPPAYMENT", "data[CODE]=a", memberId: "unknown", token: null));
        }

        await addon.MustRefuseAsync(HttpStatusCode.TooManyRequests, "Limited", "events", addon.Event("ONAPPPAYMENT", "data[CODE]=a", memberId: "unknown", token: null));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", "events", addon.Event("ONCRMDEALADD", DealAdded, token: "wrong"));
        await addon.InstallAsync();
    }

    [Theory, EveryDatabase]
    public async Task A_removal_forgets_the_tokens_at_once(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartAsync(kind);
        await addon.InstallAsync();

        await addon.MustAcceptAsync("Uninstalled", "events", addon.Event("ONAPPUNINSTALL", "data[CLEAN]=0&data[LANGUAGE_ID]=ru"));

        Assert.Null(await addon.AccessAsync());
        Assert.Equal(["Installation 0 x1"], await addon.MarksAsync());
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", "events", addon.Event("ONCRMDEALADD", DealAdded));
        await using (var db = addon.Storage.Open())
        {
            Assert.NotNull((await db.Portals.SingleAsync(Stop)).UninstalledAtMs);
        }

        await addon.InstallAsync();
        await using (var db = addon.Storage.Open())
        {
            Assert.Null((await db.Portals.SingleAsync(Stop)).UninstalledAtMs);
        }

        await addon.MustAcceptAsync("Uninstalled", "events", addon.Event("ONAPPUNINSTALL", "data[CLEAN]=1"));
        await using (var db = addon.Storage.Open())
        {
            var portal = await db.Portals.SingleAsync(Stop);
            Assert.Equal(["Erasure 0 x1", "Installation 0 x2"], await addon.MarksAsync(portal.Key));
        }
    }

    [Fact]
    public async Task An_outgoing_webhook_marks_the_portal_of_the_configured_webhook()
    {
        await using var addon = await ServedAddon.StartAsync();
        var post = addon.Event("ONCRMDEALADD", DealAdded, memberId: "whatever", token: ServedAddon.OutgoingToken);

        await addon.MustAcceptAsync("Accepted", "events", post);
        await addon.MustAcceptAsync("Ignored", "events", addon.Event("ONAPPUNINSTALL", "data[CLEAN]=1", memberId: "whatever", token: ServedAddon.OutgoingToken));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", "events", post + "x");

        Assert.Equal(["Deal 7 x1"], await addon.MarksAsync("webhook:webhook.bitrix24.ru"));
    }

    [Fact]
    public async Task A_post_that_cannot_be_stored_is_not_said_to_be_accepted()
    {
        await using var addon = await ServedAddon.StartAsync();
        await addon.InstallAsync();
        await using (var db = addon.Storage.Open())
        {
            await db.Database.ExecuteSqlRawAsync("DROP TABLE inbox", Stop);
        }

        ServedAddon.Verdicts.Clear();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, ""), await addon.PostAsync("events", addon.Event("ONCRMDEALADD", DealAdded)));
        Assert.Equal(["StorageFailed"], ServedAddon.Verdicts);
    }

    [Fact]
    public async Task Marks_are_on_the_disk_when_the_answer_is_given()
    {
        await using var addon = await ServedAddon.StartAsync();
        await using var db = addon.Storage.Open();

        // 2 is FULL: the log is synchronised with the disk at each commit, not only at checkpoints.
        Assert.Equal(2, (await db.Database.SqlQueryRaw<long>("SELECT synchronous AS Value FROM pragma_synchronous").ToListAsync(Stop))[0]);
    }

    /// <summary>A body whose length is not told, so that it is sent in chunks.</summary>
    private sealed class Endless(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
