using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Effects;

/// <summary>How far an effect is. The numbers are stored: never renumber, only append.</summary>
public enum EffectState
{
    /// <summary>To be carried out.</summary>
    Pending = 0,

    /// <summary>Being sent; after a crash nobody knows whether it arrived.</summary>
    Sending = 1,

    /// <summary>Carried out.</summary>
    Done = 2,

    /// <summary>Sent without a usable answer: looked for before it is repeated.</summary>
    Unknown = 3,

    /// <summary>The portal refuses it, however often it is asked; a person must decide.</summary>
    Parked = 4,

    /// <summary>A notification nobody asked for, put off until its person may be told; later effects of its subject pass.</summary>
    Held = 5,

    /// <summary>A notification that another one told in its place (see <see cref="EffectRow.ToldById"/>).</summary>
    Told = 6,
}

/// <summary>What a notification was put off for. The numbers are stored: never renumber, only append.</summary>
public enum HeldFor
{
    /// <summary>The person's night, or days on which he does not work.</summary>
    QuietTime = 0,

    /// <summary>He was told of the same cause on the same day.</summary>
    SameCause = 1,

    /// <summary>He had as many notifications as a day may bring.</summary>
    Budget = 2,

    /// <summary>What told it in its place was refused: it is told by itself from then on, and in no digest.</summary>
    TellerRefused = 3,
}

/// <summary>An effect in the outbox, committed together with the verdict that wants it.</summary>
public sealed class EffectRow : IPortalOwned
{
    /// <summary>Our key; effects of one subject are carried out in its order.</summary>
    public long Id { get; set; }

    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>What makes the effect once (see <see cref="Effect.Key"/>).</summary>
    public required string Key { get; set; }

    /// <summary>Whose order it keeps (see <see cref="Effect.Subject"/>).</summary>
    public required string Subject { get; set; }

    /// <summary>The <see cref="Effect"/> as JSON.</summary>
    public required string Document { get; set; }

    /// <summary>The trace in which it was decided (see <see cref="AddonTelemetry.TraceParent"/>), or null.</summary>
    public string? TraceParent { get; set; }

    /// <summary>How far it is.</summary>
    public EffectState State { get; set; }

    /// <summary>How often it was sent, or could not be made, since it was decided or taken up again.</summary>
    public int Attempts { get; set; }

    /// <summary>When it was decided, a person took it up again, or the time it was held for is over, Unix milliseconds.</summary>
    public long CreatedAtMs { get; set; }

    /// <summary>Not to be touched before this instant, Unix milliseconds.</summary>
    public long NotBeforeMs { get; set; }

    /// <summary>When it was sent for the first time, Unix milliseconds.</summary>
    public long? FirstSentAtMs { get; set; }

    /// <summary>When it was sent last, Unix milliseconds.</summary>
    public long? LastSentAtMs { get; set; }

    /// <summary>The epoch of the lease under which it was sent last.</summary>
    public long? SentEpoch { get; set; }

    /// <summary>What the portal made of it: the id of the task, notification or message.</summary>
    public long? ResultId { get; set; }

    /// <summary>It was sent again although the first sending may have arrived and nothing can tell.</summary>
    public bool MayBeDoubled { get; set; }

    /// <summary>Why it is parked or had to be repeated (the error's kind, the key of a problem's text, the name of an
    /// exception, <c>Stale</c>, <c>Unreadable</c>), without personal data.</summary>
    public string? Failure { get; set; }

    /// <summary>Whom a notification tells that he did not ask for; null for every other effect.</summary>
    public long? PersonId { get; set; }

    /// <summary>What it was put off for last; null if it never was.</summary>
    public HeldFor? HeldFor { get; set; }

    /// <summary>The notification that told of it: in its place when it is <see cref="EffectState.Told"/>, to the administrator when it was parked.</summary>
    public long? ToldById { get; set; }

    /// <summary>When its texts were emptied, Unix milliseconds; null while they stand there.</summary>
    public long? TextsErasedAtMs { get; set; }
}
