using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static Bitrix24Addon.Tests.Norms.JudgedPortal;

namespace Bitrix24Addon.Tests.Norms;

/// <summary>On what ground people are judged: whose days their absences are, what money has no rate, and what nobody can know yet.</summary>
public sealed class NormGroundTests
{
    private static readonly string OfPayments = Rule.Replace("calls_over_30s", "payments_sum", StringComparison.Ordinal);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task A_whole_day_of_absence_is_a_day_of_the_person_with_the_shift_that_starts_on_it(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database));
        const string Far = """{"timeZone": "Asia/Kamchatka", "week": {"tuesday": ["09:00-13:00", "14:00-18:00"], "wednesday": ["09:00-13:00", "14:00-18:00"]}}""";
        const string Night = """{"week": {"tuesday": ["22:00-06:00"], "wednesday": ["22:00-06:00"]}}""";
        await portal.SetAsync("{\"language\": \"en\", \"timeZone\": \"Europe/Berlin\", \"schedules\": {\"byUser\": {\"7\": " + Far + ", \"8\": " + Night + "}}}");

        // Nine on Wednesday in Kamchatka is ten on Tuesday night in Berlin: counted in the portal's days two hours of his would be left.
        await portal.SeeAsync(DaysOff(5, 7, "2025-03-05", "2025-03-05"), DaysOff(6, 8, "2025-03-05", "2025-03-05"), DaysOff(7, 9, "2025-03-04", "2025-03-05"));
        await portal.CloseAsync(20250304);
        await portal.CloseAsync();

        Assert.Equal(["7 below 0/4", "8 below 0/4", "9 noVerdict absentAllDay"], await portal.SaidAsync(20250304));
        Assert.Equal(["7 noVerdict absentAllDay", "8 noVerdict absentAllDay", "9 noVerdict absentAllDay"], await portal.SaidAsync());
        await NormBasisTests.ReplaysAsync(portal);
    }

    [Fact]
    public async Task A_payment_or_paid_invoice_without_a_rate_leaves_its_person_without_a_verdict_on_the_sum()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database), OfPayments);
        await portal.SeeAsync(
            new(FactKind.User, 12, 0, new UserFact(true, [11])),
            new(FactKind.Deal, 40, 0, new DealFact(7, 7, 0, "NEW", null, 0, "EUR")), new(FactKind.Deal, 41, 0, new DealFact(8, 8, 0, "NEW", null, 0, "EUR")));
        var paidAt = At("2025-03-05T12:00:00");
        await portal.SeeAsync(
            new(FactKind.Payment, 50, paidAt, new PaymentFact(2, 40, true, 100_000, "EUR")), new(FactKind.Payment, 51, paidAt, new PaymentFact(2, 41, true, 100_000, "JPY")),
            new(FactKind.Invoice, 50, 0, new InvoiceFact(12, 12, null, 2, "DT31_2:P", 500_000, "JPY")) { EffectiveAtMs = paidAt },
            new(FactKind.InvoiceStage, 60, paidAt, new StageFact(50, 3, "DT31_2:P", "S", 0)));

        await portal.CloseAsync();

        // The invoice has the number of the payment of 7, whose sum is known.
        Assert.Equal(
            [(7L, "met", ""), (8L, "noVerdict", "figureUnknown"), (9L, "below", ""), (12L, "noVerdict", "figureUnknown")],
            (await portal.VerdictsAsync()).Select(v => (v.UserId, v.Outcome, v.Reason)));
        Assert.Single((await portal.EffectsAsync()).OfType<CreateTask>());
    }

    [Theory]
    [InlineData("invoices", "ServerFault", false)]
    [InlineData("invoice_stages", "AccessDenied", false)]
    [InlineData("payments", "CHANGED_ONLY", false)]
    [InlineData("invoices", "NotFound", true)]
    [InlineData("calls", "ServerFault", true)]
    public async Task Nobody_is_judged_by_payments_while_invoices_are_unread_and_a_portal_that_has_none_is_judged(string source, string failure, bool isJudged)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database), OfPayments);
        await using (var db = portal.Storage.Open(portal.Portal.Row.Id))
        {
            await db.Cursors.Where(c => c.Source == source).ExecuteUpdateAsync(
                set => set.SetProperty(c => c.Failure, failure).SetProperty(c => c.Complete, c => false), Stop);
        }

        await portal.CloseAsync();

        Assert.All(await portal.VerdictsAsync(), v => Assert.Equal(isJudged ? ("below", "") : ("noVerdict", "figureUnknown"), (v.Outcome, v.Reason)));
    }

    [Theory, EveryDatabase]
    public async Task One_person_of_whom_less_is_known_leaves_the_others_judged_as_ever(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database));
        await portal.SeeAsync(portal.Calls(9, 2));
        await UnknownAsync(portal, "absences", unseen: [7], unreadable: [8]);
        await UnknownAsync(portal, "calendar", unseen: [9]);
        await UnknownAsync(portal, "working_days", unseen: [9]);

        await portal.CloseAsync();

        Assert.Equal(["7 below 0/4", "8 noVerdict absencesUnread", "9 met 2/2"], await portal.SaidAsync());
        Assert.Equal(
            [true, true, false], (await portal.VerdictsAsync()).Select(v => v.Document.Contains("\"isWithoutAbsences\":true", StringComparison.Ordinal)));
        Assert.Equal(7, Assert.Single((await portal.EffectsAsync()).OfType<CreateTask>()).ResponsibleId);
        await NormBasisTests.ReplaysAsync(portal);

        // What is told later corrects, and what was not known of one stays known of the others.
        await UnknownAsync(portal, "absences");
        Assert.Equal(1, await portal.CorrectAsync());
        Assert.Equal(["7 below 0/4", "8 noVerdict absencesUnread", "8#2 below 0/4", "9 met 2/2"], await portal.SaidAsync());
        await NormBasisTests.ReplaysAsync(portal);
    }

    [Theory]
    [InlineData("work_seconds", "working_days")]
    [InlineData("meetings", "calendar")]
    [InlineData("field_seconds", "calendar")]
    public async Task Nobody_is_judged_by_records_of_his_that_are_not_told_and_everybody_else_is(string metric, string source)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database), Rule.Replace("calls_over_30s", metric, StringComparison.Ordinal));
        await UnknownAsync(portal, source, unseen: [8]);

        await portal.CloseAsync();

        Assert.Equal(["7 below 0/4", "8 noVerdict figureUnknown", "9 below 0/2"], await portal.SaidAsync());
        await NormBasisTests.ReplaysAsync(portal);
    }

    [Theory]
    [InlineData("InsufficientScope", true)]
    [InlineData("AccessDenied", true)]
    [InlineData("MethodNotFound", true)]
    [InlineData("WrongAuthorisationType", true)]
    [InlineData("MethodError", false)]
    [InlineData("InvalidArgument", false)]
    [InlineData("TOO_MUCH_GONE", false)]
    public async Task Only_a_right_that_is_missing_lets_people_be_judged_without_any_absences(string failure, bool isJudged)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database));
        await using (var db = portal.Storage.Open(portal.Portal.Row.Id))
        {
            await db.Cursors.Where(c => c.Source == "absences").ExecuteUpdateAsync(set => set.SetProperty(c => c.Failure, failure), Stop);
        }

        await portal.CloseAsync();

        Assert.All(await portal.VerdictsAsync(), v => Assert.Equal(isJudged ? ("below", "") : ("noVerdict", "absencesUnread"), (v.Outcome, v.Reason)));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("\"productionCalendar\": null, ", false)]
    [InlineData("\"schedules\": {\"default\": {\"followsProductionCalendar\": false, \"week\": {\"tuesday\": [\"09:00-18:00\"]}}}, ", false)]
    public async Task In_a_year_whose_calendar_is_not_known_yet_verdicts_say_so_and_nobody_gets_a_task(string settings, bool isUnknown)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database));
        await portal.SetAsync("{" + settings + "\"language\": \"en\", \"timeZone\": \"Europe/Berlin\"}");
        await portal.NextNightAsync("2027-01-13", TimeSpan.FromMilliseconds(At("2027-01-13T02:00:00") - At("2025-03-06T02:00:00")));
        await portal.SeeAsync(portal.Calls(7, 4, "2027-01-12"));

        await portal.CloseAsync(20270112);

        Assert.Equal(["7 met 4/4", "8 below 0/4", "9 below 0/4"], await portal.SaidAsync(20270112));
        Assert.All(await portal.VerdictsAsync(), v => Assert.Equal(isUnknown, v.Document.Contains("\"isCalendarUnknown\":true", StringComparison.Ordinal)));
        var effects = await portal.EffectsAsync();
        Assert.Equal(isUnknown ? 0 : 2, effects.OfType<CreateTask>().Count());
        Assert.Equal(isUnknown, Assert.Single(effects.OfType<SendReport>()).Message.Contains("The production calendar of 2027 is not officially known", StringComparison.Ordinal));
        await NormBasisTests.ReplaysAsync(portal);
    }

    [Theory, EveryDatabase]
    public async Task What_if_sees_one_state_of_the_facts_while_others_write(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database));
        await portal.SeeAsync(portal.Calls(7, 4));

        // A write whose number the portal does not tell yet is one that comes in between.
        await using (var db = portal.Storage.Open(portal.Portal.Row.Id))
        {
            var told = (await portal.RowAsync()).FactSequence;
            await portal.SeeAsync(new(FactKind.Call, 1, 0, null), Call(90, 8, "2025-03-05T12:00:00"), DaysOff(5, 7, "2025-03-05", "2025-03-05"));
            await db.Portals.Where(p => p.Id == db.PortalId).ExecuteUpdateAsync(set => set.SetProperty(p => p.FactSequence, told), Stop);
        }

        Assert.Equal([(7L, 4m), (8L, 0m), (9L, 0m)], (await WhatIfAsync(portal, Rule, Wednesday)).Select(v => (v.UserId, v.Decision.Arithmetic.Actual!.Value)));
    }

    [Fact]
    public async Task What_if_before_calendars_were_read_knows_no_absences_and_no_figure_that_calendars_tell()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database));
        await using (var db = portal.Storage.Open(portal.Portal.Row.Id))
        {
            await db.Portals.Where(p => p.Id == db.PortalId).ExecuteUpdateAsync(set => set.SetProperty(p => p.HistoryStartedAtMs, At("2025-03-05T12:00:00")), Stop);
        }

        // 400 days before the noon of 5 March 2025.
        Assert.All(await WhatIfAsync(portal, Rule, 20240130), v => Assert.Equal((NormOutcome.Below, true), (v.Decision.Outcome, v.Decision.Arithmetic.IsWithoutAbsences)));
        Assert.All(await WhatIfAsync(portal, Rule, 20240131), v => Assert.False(v.Decision.Arithmetic.IsWithoutAbsences));
        var ofMeetings = Rule.Replace("calls_over_30s", "meetings", StringComparison.Ordinal);
        Assert.All(await WhatIfAsync(portal, ofMeetings, 20240130), v => Assert.Equal(NormReason.FigureUnknown, v.Decision.Reason));
        Assert.All(await WhatIfAsync(portal, ofMeetings, 20240131), v => Assert.Equal(NormOutcome.Below, v.Decision.Outcome));
    }

    private static async Task UnknownAsync(JudgedPortal portal, string source, long[]? unseen = null, long[]? unreadable = null)
    {
        var (unseenNow, unreadableNow) = (unseen ?? [], unreadable ?? []);
        await using var db = portal.Storage.Open(portal.Portal.Row.Id);
        await db.Cursors.Where(c => c.Source == source).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.UnseenPeople, unseenNow).SetProperty(c => c.UnreadablePeople, unreadableNow).SetProperty(c => c.Unreadable, unreadableNow.Length), Stop);
    }

    private static async Task<IReadOnlyList<WhatIfVerdict>> WhatIfAsync(JudgedPortal portal, string rule, int day)
    {
        var verdicts = await new NormWhatIf(portal.Storage, portal.Time).RunAsync(await portal.RowAsync(), (NormRule)RuleDocument.Parse(rule), day, day, Stop);
        Assert.Equal(3, verdicts.Count);
        return verdicts;
    }
}
