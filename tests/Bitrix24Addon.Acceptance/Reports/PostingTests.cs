using Bitrix24.Client;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Acceptance.Sync;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Reports;

/// <summary>Who receives a report, how often, and what becomes of postings that go wrong.</summary>
public sealed class PostingTests
{
    private static readonly ReportRequest Month = new(20260301, 20260317);

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
        Assert.Contains("chat99", refused.Problem!.In(Texts.English), StringComparison.Ordinal);
        Assert.Empty(await AttemptsAsync(portal, "chat99", "company", Month.ToDay));

        portal.Fixture.Apply("18T12:00:00", "add", "chat", 99, """{"name":"Новый чат"}""");

        Assert.Equal(PostOutcome.Posted, (await PostAsync(portal, Month, "chat99")).Single().Outcome);
        Assert.Equal("chat99", Assert.Single(portal.Portal.Messages).DialogId);
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
        portal.Portal.FailNext(PortalFault.ConnectionResetAfterWork);

        Assert.Equal((PostOutcome.Unknown, null), (await PostAsync(portal, Month, "chat5")).Select(p => (p.Outcome, p.MessageId)).Single());
        Assert.Single(portal.Portal.Messages);
        Assert.Equal(PostOutcome.Unknown, (await PostAsync(portal, Month, "chat5")).Single().Outcome);
        Assert.Single(portal.Portal.Messages);

        Assert.Equal(PostOutcome.Posted, (await PostAsync(portal, Month, "chat5", again: true)).Single().Outcome);
        Assert.Equal(2, portal.Portal.Messages.Count);
        Assert.Equal(PostOutcome.AlreadyPosted, (await PostAsync(portal, Month, "chat5")).Single().Outcome);
    }

    [Theory, EveryDatabase]
    public async Task A_connection_that_broke_before_the_work_is_unknown_too(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);
        portal.Portal.FailNext(PortalFault.ConnectionReset);

        Assert.Equal(PostOutcome.Unknown, (await PostAsync(portal, Month, "chat5")).Single().Outcome);
        Assert.Equal(PostOutcome.Unknown, (await PostAsync(portal, Month, "chat5")).Single().Outcome);
        Assert.Empty(portal.Portal.Messages);
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
        new ReportPoster(portal.Addon.Storage, portal.Addon.Registry, new ChatFiles(portal.Addon.Client), portal.Addon.Time)
            .PostAsync(portal.Addon.Portal, request, dialog, again, Stop);

    private static async Task<List<int>> AttemptsAsync(SyncedPortal portal, string receiver, string scope, int toDay)
    {
        await using var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id);
        return await db.ReportPosts.Where(p => p.Receiver == receiver && p.Scope == scope && p.ToDay == toDay).OrderBy(p => p.Attempt).Select(p => p.Attempt).ToListAsync(Stop);
    }

    private static string Line(string table, long id, string fields, string op = "add") => PortalFixture.Line("02T08:00:00", op, table, id, fields);
}
