using Bitrix24Addon.Facts;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.WorkingTime;

namespace Bitrix24Addon.Tests.Norms;

/// <summary>Facts and rules as tests give them: day 0 of Unix time, midnight to midnight UTC, work from 9 to 13 and from 14 to 18.</summary>
internal static class GivenFacts
{
    public const long Hour = 3_600_000;
    public const int Day = 19700101;

    public static NormFacts Values(params long[] values) => new()
    {
        UserId = 7,
        Day = Day,
        DayEndMs = 24 * Hour,
        NowMs = 26 * Hour,
        Target = new ChosenTarget(25, new NormScope(DepartmentId: 11), 0, []),
        StandardSeconds = 8 * 3600,
        StandardOrigin = WorkScheduleOrigin.Default,
        StandardOriginId = null,
        Planned = [new TimeStretch(9 * Hour, 13 * Hour), new TimeStretch(14 * Hour, 18 * Hour)],
        Exclusions = [],
        IsFigureKnown = true,
        Contributions = [.. values.Select((value, i) => new NormContribution(value, new FactReference(FactKind.Call, i + 1, 1)))],
        TaskDeadlineMs = 42 * Hour,
        Language = "en",
        PortalHost = "example.bitrix24.ru",
    };

    public static NormFacts Calls(int count) => Values([.. Enumerable.Repeat(1L, count)]);

    public static NormFacts WithTarget(this NormFacts facts, decimal perDay) => facts with { Target = facts.Target! with { PerDay = perDay } };

    public static NormFacts Absent(this NormFacts facts, double fromHour, double toHour, ExclusionKind kind = ExclusionKind.Absence) => facts with
    {
        Exclusions = [.. facts.Exclusions, new Exclusion(kind, (long)(fromHour * Hour), (long)(toHour * Hour), new FactReference(FactKind.Absence, 1, 1))],
    };

    public static NormRule Norm(string metric = "calls_over_30s") => new()
    {
        Id = "calls", VersionNumber = 3, Name = new RuleName("Звонки", "Calls"), Metric = metric, Targets = [new NormTarget(new NormScope(DepartmentId: 11), 25)],
    };
}
