namespace Bitrix24Addon.Effects;

/// <summary>What keeps an effect from happening twice when nobody knows whether it arrived.</summary>
public enum Repetition
{
    /// <summary>The portal keeps the answer under our key for 24 hours and gives it again; what is older is looked for first.</summary>
    ByKey,

    /// <summary>It is looked for by its mark and repeated only when it is not there.</summary>
    AfterLook,

    /// <summary>The portal puts the repetition in the place of the first.</summary>
    Replaces,

    /// <summary>Nothing tells whether it arrived: it is repeated once, and the possible double is counted.</summary>
    OnceMore,

    /// <summary>Nothing tells whether it arrived, and a person who waits for it can look: it is repeated only when he asks.</summary>
    WhenAsked,
}

/// <summary>The means by which each kind of effect is carried out effectively once: the one table.</summary>
/// <param name="Repetition">What happens after an unknown outcome.</param>
/// <param name="GoesAlone">A request of its own: a key belongs to a request, and uploads are forbidden in a batch.</param>
public sealed record EffectMeans(Repetition Repetition, bool GoesAlone)
{
    /// <summary>
    /// How long a key is relied on. The portal keeps it for 24 hours from the answer; ours counts from the first sending and leaves an hour
    /// for clocks that differ.
    /// </summary>
    public static readonly TimeSpan KeyIsKept = TimeSpan.FromHours(23);

    /// <summary>After an unknown outcome nothing is repeated for so long: the portal cuts a request off after 60 seconds.</summary>
    public static readonly TimeSpan UnknownWait = TimeSpan.FromSeconds(90);

    /// <summary>The means of an effect.</summary>
    /// <param name="effect">The effect.</param>
    public static EffectMeans Of(Effect effect) => effect switch
    {
        CreateTask => new(Repetition.ByKey, GoesAlone: true),
        Notify => new(Repetition.Replaces, GoesAlone: false),
        SendMessage => new(Repetition.AfterLook, GoesAlone: false),
        SendReport { IsAskedFor: true } => new(Repetition.WhenAsked, GoesAlone: true),
        SendReport => new(Repetition.OnceMore, GoesAlone: true),
        _ => throw new InvalidOperationException($"Effects of the kind {effect?.GetType().Name} have no means; add them to the table."),
    };
}
