using NodaTime;

namespace Bitrix24Addon.Effects.Deciding;

/// <summary>A notification that is to be sent.</summary>
/// <param name="Id">Its row.</param>
/// <param name="Notice">What it says.</param>
/// <param name="HeldFor">What it was put off for last.</param>
public sealed record WaitingNotice(long Id, Notice Notice, HeldFor? HeldFor = null);

/// <summary>A notification that was sent today.</summary>
/// <param name="Id">Its row.</param>
/// <param name="Notice">What it said.</param>
public sealed record SentNotice(long Id, Notice Notice);

/// <summary>What decides about the notifications of one person.</summary>
/// <param name="Now">Now.</param>
/// <param name="Time">When he may be told.</param>
/// <param name="MostADay">So many a day he is told.</param>
/// <param name="Waiting">What is to be sent, in its order.</param>
/// <param name="SentToday">What was sent on this day of his.</param>
public sealed record NoticeFacts(
    Instant Now, PersonTime Time, int MostADay, IReadOnlyList<WaitingNotice> Waiting, IReadOnlyList<SentNotice> SentToday);

/// <summary>A notification that is put off.</summary>
/// <param name="Id">Its row.</param>
/// <param name="Until">Until when.</param>
/// <param name="For">What for.</param>
public sealed record HeldNotice(long Id, Instant Until, HeldFor For);

/// <summary>What becomes of the waiting notifications of one person; each stands in exactly one of the lists.</summary>
/// <param name="Send">Rows that may be sent.</param>
/// <param name="Held">Those that are put off.</param>
/// <param name="Told">Rows whose cause another row tells.</param>
/// <param name="Digest">Those that one further notification tells together.</param>
public sealed record NoticePlan(
    IReadOnlyList<long> Send, IReadOnlyList<HeldNotice> Held, IReadOnlyList<(long Id, long ToldById)> Told, IReadOnlyList<WaitingNotice> Digest);
