using Bitrix24.Client;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Acceptance.Sync;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Reports;

/// <summary>Who receives a report, how often, and what becomes of postings that go wrong.</summary>
public sealed class PostingTests
{
    private static readonly ReportRequest Month = new(20260301, 20260317);
    private static readonly ReportRequest Earlier = new(20260301, 20260310);

    /// <summary>Company 1 without a head; sales 10 with head 101; below it 13 without a head and 14 with head 102; 20 beside them without.</summary>
    private static readonly string[] Company =
    [
        Line("department", 1, """{"NAME":"Компания"}"""),
        Line("department", 10, """{"NAME":"Отдел продаж","PARENT":1,"UF_HEAD":101}"""),
        Line("department", 13, """{"NAME":"МРК","PARENT":10}"""),
        Line("department", 14, """{"NAME":"КАМ","PARENT":10,"UF_HEAD":102}"""),
        Line("department", 20, """{"NAME":"Склад","PARENT":1}"""),
        Line("user", 1, """{"NAME":"Ирина","UF_DEPARTMENT":[1],"IS_ADMIN":true}"""),
        Line("user", 101, """{"NAME":"Андрей","UF_DEPARTMENT":[10]}"""),
        Line("user", 102, """{"NAME":"Пётр","UF_DEPARTMENT":[14]}"""),
        Line("user", 103, """{"NAME":"Анна","UF_DEPARTMENT":[13]}"""),
        Line("user", 104, """{"NAME":"Олег","UF_DEPARTMENT":[20]}"""),
        Line("chat", 5, """{"name":"Отчёты"}"""),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Heads_receive_their_departments_and_the_owner_what_has_no_head(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);

        var posted = await PostAsync(portal, Month);

        // 13 goes to the head above it, who has 10 and with it 13; 20 to the owner, who has the whole company.
        Assert.Equal([("1", "department:1"), ("101", "department:10"), ("102", "department:14")], posted.Select(p => (p.Receiver, p.Scope)));
        Assert.All(posted, p => Assert.Equal(PostOutcome.Posted, p.Outcome));
        Assert.Equal(posted.Select(p => (p.Receiver, (long?)p.MessageId)), portal.Portal.Messages.Select(m => (m.DialogId, (long?)m.Id)));
        Assert.All(portal.Portal.Messages, m => Assert.EndsWith(".xlsx", m.File!.Name, StringComparison.Ordinal));
    }

    [Theory, EveryDatabase]
    public async Task One_department_goes_to_the_nearest_head_above(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);

        Assert.Equal(("101", "department:13"), (await PostAsync(portal, Month with { DepartmentId = 13 })).Select(p => (p.Receiver, p.Scope)).Single());
        Assert.Equal(("1", "department:20"), (await PostAsync(portal, Month with { DepartmentId = 20 })).Select(p => (p.Receiver, p.Scope)).Single());
        Assert.Equal(("101", "user:103"), (await PostAsync(portal, Month with { UserId = 103 })).Select(p => (p.Receiver, p.Scope)).Single());
    }

    [Theory, EveryDatabase]
    public async Task A_head_who_was_dismissed_is_passed_over(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind, Line("user", 102, """{"ACTIVE":false}""", "update"));

        Assert.Equal("101", (await PostAsync(portal, Month with { DepartmentId = 14 })).Single().Receiver);
    }

    [Theory, EveryDatabase]
    public async Task Settings_name_other_receivers(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);
        var receivers = new Dictionary<long, string> { [13] = "chat5", [14] = "103" };
        await portal.Addon.Registry.PutSettingsAsync(portal.Addon.Portal, new PortalSettings { ReportReceivers = receivers }, Stop);

        var posted = await PostAsync(portal, Month);

        Assert.Equal(
            [("1", "department:1"), ("101", "department:10"), ("chat5", "department:13"), ("103", "department:14")], posted.Select(p => (p.Receiver, p.Scope)));
    }

    [Theory, EveryDatabase]
    public async Task A_dialog_can_be_named_and_must_be_one(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);

        Assert.Equal(("chat5", "company"), (await PostAsync(portal, Month, "chat5")).Select(p => (p.Receiver, p.Scope)).Single());
        Assert.Equal("chat5", Assert.Single(portal.Portal.Messages).DialogId);
        var wrong = await Assert.ThrowsAsync<ProblemException>(() => PostAsync(portal, Month, "chat5; DROP"));
        Assert.Equal("Reports.not_a_dialog", wrong.TextKey);
        Assert.Single(portal.Portal.Messages);
    }

    [Theory, EveryDatabase]
    public async Task Once_per_receiver_period_and_scope_unless_asked_for_again(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);
        var first = (await PostAsync(portal, Month, "chat5")).Single();

        var second = (await PostAsync(portal, Month, "chat5")).Single();
        Assert.Equal((PostOutcome.AlreadyPosted, first.MessageId), (second.Outcome, second.MessageId));
        Assert.Single(portal.Portal.Messages);

        // Another receiver, period or scope is another posting.
        Assert.Equal(PostOutcome.Posted, (await PostAsync(portal, Month, "103")).Single().Outcome);
        Assert.Equal(PostOutcome.Posted, (await PostAsync(portal, Month with { ToDay = 20260316 }, "chat5")).Single().Outcome);
        Assert.Equal(PostOutcome.Posted, (await PostAsync(portal, Month with { UserId = 103 }, "chat5")).Single().Outcome);
        Assert.Equal(4, portal.Portal.Messages.Count);

        Assert.Equal(PostOutcome.Posted, (await PostAsync(portal, Month, "chat5", again: true)).Single().Outcome);
        Assert.Equal(5, portal.Portal.Messages.Count);
        Assert.Equal(PostOutcome.AlreadyPosted, (await PostAsync(portal, Month, "chat5")).Single().Outcome);
        Assert.Equal([1, 2], await AttemptsAsync(portal, "chat5", "company", Month.ToDay));
    }

    [Theory, EveryDatabase]
    public async Task What_the_portal_refused_is_posted_by_the_next_try(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);
        var refused = (await PostAsync(portal, Month, "chat99")).Single();
        Assert.Equal(PostOutcome.Refused, refused.Outcome);
        Assert.Contains("CHAT_NOT_FOUND", refused.Problem!.In(Texts.English), StringComparison.Ordinal);

        portal.Fixture.Apply("18T12:00:00", "add", "chat", 99, """{"name":"Новый чат"}""");

        Assert.Equal(PostOutcome.Posted, (await PostAsync(portal, Month, "chat99")).Single().Outcome);
        Assert.Equal("chat99", Assert.Single(portal.Portal.Messages).DialogId);
        Assert.Equal([1], await AttemptsAsync(portal, "chat99", "company", Month.ToDay));
    }

    [Theory, EveryDatabase]
    public async Task A_refusal_in_the_middle_holds_up_nobody_else(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);
        var receivers = new Dictionary<long, string> { [13] = "chat99" };
        await portal.Addon.Registry.PutSettingsAsync(portal.Addon.Portal, new PortalSettings { ReportReceivers = receivers }, Stop);
        Assert.Equal(
            [("1", PostOutcome.Posted), ("101", PostOutcome.Posted), ("chat99", PostOutcome.Refused), ("102", PostOutcome.Posted)],
            (await PostAsync(portal, Month)).Select(p => (p.Receiver, p.Outcome)));
        Assert.Equal(["1", "101", "102"], portal.Portal.Messages.Select(m => m.DialogId));

        portal.Fixture.Apply("18T12:00:00", "add", "chat", 99, """{"name":"Новый чат"}""");
        var posted = await PostAsync(portal, Month);

        Assert.Equal(
            [("1", PostOutcome.AlreadyPosted), ("101", PostOutcome.AlreadyPosted), ("chat99", PostOutcome.Posted), ("102", PostOutcome.AlreadyPosted)],
            posted.Select(p => (p.Receiver, p.Outcome)));
        Assert.Equal(["1", "101", "102", "chat99"], portal.Portal.Messages.Select(m => m.DialogId));
    }

    [Theory, EveryDatabase]
    public async Task What_may_have_arrived_is_not_repeated_unasked(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);
        await PostAsync(portal, Earlier, "chat5");
        portal.Portal.FailNext(PortalFault.ConnectionResetAfterWork);

        Assert.Equal((PostOutcome.Unknown, null), (await PostAsync(portal, Month, "chat5")).Select(p => (p.Outcome, p.MessageId)).Single());
        Assert.Equal(2, portal.Portal.Messages.Count);
        Assert.Equal(PostOutcome.Unknown, (await PostAsync(portal, Month, "chat5")).Single().Outcome);
        portal.Fixture.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(PostOutcome.Unknown, (await PostAsync(portal, Month, "chat5")).Single().Outcome);
        Assert.Equal(2, portal.Portal.Messages.Count);

        Assert.Equal(PostOutcome.Posted, (await PostAsync(portal, Month, "chat5", again: true)).Single().Outcome);
        Assert.Equal(3, portal.Portal.Messages.Count);
        Assert.Equal(PostOutcome.AlreadyPosted, (await PostAsync(portal, Month, "chat5")).Single().Outcome);
    }

    [Theory, EveryDatabase]
    public async Task A_connection_that_broke_before_the_work_is_unknown_too(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);
        await PostAsync(portal, Earlier, "chat5");
        portal.Portal.FailNext(PortalFault.ConnectionReset);

        Assert.Equal(PostOutcome.Unknown, (await PostAsync(portal, Month, "chat5")).Single().Outcome);
        Assert.Equal(PostOutcome.Unknown, (await PostAsync(portal, Month, "chat5")).Single().Outcome);
        Assert.Single(portal.Portal.Messages);
    }

    [Theory, EveryDatabase]
    public async Task What_the_portal_cannot_take_now_waits_and_is_posted_by_the_next_try(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);
        portal.Portal.FailNext(PortalFault.OverloadLimit);

        var waiting = (await PostAsync(portal, Month, "103")).Single();
        Assert.Equal(PostOutcome.Waiting, waiting.Outcome);
        Assert.NotNull(waiting.Problem);
        Assert.Empty(portal.Portal.Messages);

        Assert.Equal(PostOutcome.Posted, (await PostAsync(portal, Month, "103")).Single().Outcome);
        Assert.Single(portal.Portal.Messages);
        Assert.Equal([1], await AttemptsAsync(portal, "103", "company", Month.ToDay));
    }

    [Theory, EveryDatabase]
    public async Task Only_what_was_asked_for_is_carried_out(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);
        await using (var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id))
        {
            await Outbox.AddAsync(db, [new SendMessage("other", "report:103", "103", "Норматив")], portal.Addon.Time.GetUtcNow().ToUnixTimeMilliseconds(), Stop);
        }

        Assert.Equal(PostOutcome.Posted, (await PostAsync(portal, Month, "103")).Single().Outcome);

        Assert.NotNull(Assert.Single(portal.Portal.Messages).File);
    }

    [Theory, EveryDatabase]
    public async Task What_a_server_carries_out_is_waited_for(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);
        var addon = portal.Addon;
        var poster = new ReportPoster(addon.Storage, addon.Registry, addon.Time);
        var noted = Assert.Single(await poster.NoteAsync(addon.Portal, Month, ReportAsker.Operator, "103", again: false, Stop));
        var runner = new EffectRunner(addon.Storage, addon.Registry, poster.MakeFileAsync, addon.Time);
        var server = await addon.TakeAsync(LeaseNames.Outbox);
        var elsewhere = new Elsewhere();

        var delivery = new EffectDelivery(addon.Storage, runner, addon.Time).CarryOutAsync(addon.Portal, addon.Client, [noted.Key], elsewhere, Stop);
        await elsewhere.Seen.Task.WaitAsync(TimeSpan.FromMinutes(1), Stop);
        Assert.False(delivery.IsCompleted);
        await runner.RunAsync(addon.Portal, addon.Client, server, Stop);

        var posted = PostedReport.Of(noted, (await InTimeAsync(portal, delivery))[noted.Key]);
        Assert.Equal((PostOutcome.Posted, (long?)Assert.Single(portal.Portal.Messages).Id), (posted.Outcome, posted.MessageId));
    }

    [Theory, EveryDatabase]
    public async Task Two_who_post_the_same_post_it_once(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);

        var outcomes = await InTimeAsync(portal, Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => PostAsync(portal, Month, "103"), Stop))));

        Assert.All(outcomes, posted => Assert.Contains(posted.Single().Outcome, new[] { PostOutcome.Posted, PostOutcome.AlreadyPosted }));
        Assert.Single(portal.Portal.Messages);
    }

    /// <summary>Lets the portal's time go on until work that waits by it is done.</summary>
    private static async Task<T> InTimeAsync<T>(SyncedPortal portal, Task<T> work)
    {
        for (var looks = 0; !work.IsCompleted && looks < 600; looks++)
        {
            portal.Fixture.Clock.Advance(TimeSpan.FromSeconds(0.5));
            await Task.WhenAny(work, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Stop));
        }

        return await work.WaitAsync(TimeSpan.Zero, Stop);
    }

    private sealed class Elsewhere : IProgress<DeliveryProgress>
    {
        public TaskCompletionSource Seen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Report(DeliveryProgress value)
        {
            if (value.IsElsewhere)
            {
                Seen.TrySetResult();
            }
        }
    }

    private static async Task<SyncedPortal> StartAsync(DatabaseKind kind, params string[] more)
    {
        var portal = await SyncedPortal.StartAsync(kind, lines: [.. Company, .. more, .. Calls()]);
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        return portal;
    }

    private static IEnumerable<string> Calls() => new[] { 101, 102, 103, 104 }.Select(user => PortalFixture.Line("17T10:05:00", "add", "call", user, $$"""
        {"CALL_ID":"c{{user}}","PORTAL_USER_ID":{{user}},"PHONE_NUMBER":"+79161230001","CALL_TYPE":1,"CALL_DURATION":60,"CALL_START_DATE":"2026-03-17T10:00:00+03:00","CALL_FAILED_CODE":"200"}
        """));

    private static Task<IReadOnlyList<PostedReport>> PostAsync(SyncedPortal portal, ReportRequest request, string? dialog = null, bool again = false) =>
        portal.Addon.PostAsync(request, Stop, dialog, again);

    private static async Task<List<int>> AttemptsAsync(SyncedPortal portal, string receiver, string scope, int toDay)
    {
        await using var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id);
        var keys = await db.Effects.Where(e => e.Key.StartsWith($"report:{receiver}:20260301-{toDay}:{scope}:")).OrderBy(e => e.Id).Select(e => e.Key).ToListAsync(Stop);
        return keys.ConvertAll(key => int.Parse(key[(key.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    private static string Line(string table, long id, string fields, string op = "add") => PortalFixture.Line("02T08:00:00", op, table, id, fields);
}
