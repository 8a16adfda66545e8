namespace Bitrix24.Client.Incoming;

/// <summary>
/// The application was installed. Its tokens cannot be proved by the post itself: redeem the refresh token at the configured
/// authorisation server and compare the portal.
/// </summary>
/// <remarks>Source: api-reference/common/events/on-app-install.md.</remarks>
public sealed record ApplicationInstalled : IncomingEvent
{
    internal ApplicationInstalled(FormNode body)
        : base("ONAPPINSTALL", body)
    {
    }

    /// <summary>The installed version.</summary>
    public long? Version => Data["VERSION"].ToInteger();

    /// <summary>Whether the application is active.</summary>
    public bool? IsActive => Data["ACTIVE"].ToBoolean();

    /// <summary>Whether the installation is finished.</summary>
    public bool? IsInstalled => Data["INSTALLED"].ToBoolean();

    /// <summary>The portal's language.</summary>
    public string? Language => Data["LANGUAGE_ID"].Defined;
}

/// <summary>The application was updated; it may bring a new application token. Handlers and placements are gone and must be bound anew.</summary>
/// <remarks>Source: api-reference/common/events/on-app-update.md.</remarks>
public sealed record ApplicationUpdated : IncomingEvent
{
    internal ApplicationUpdated(FormNode body)
        : base("ONAPPUPDATE", body)
    {
    }

    /// <summary>The version it has now.</summary>
    public long? Version => Data["VERSION"].ToInteger();

    /// <summary>The version it had.</summary>
    public long? PreviousVersion => Data["PREVIOUS_VERSION"].ToInteger();

    /// <summary>The portal's language.</summary>
    public string? Language => Data["LANGUAGE_ID"].Defined;
}

/// <summary>The application was removed. The portal can no longer be called; the application token is the only proof.</summary>
/// <remarks>Source: api-reference/common/events/on-app-uninstall.md.</remarks>
public sealed record ApplicationUninstalled : IncomingEvent
{
    internal ApplicationUninstalled(FormNode body)
        : base("ONAPPUNINSTALL", body)
    {
    }

    /// <summary>The administrator asked to delete settings and data too.</summary>
    public bool ErasesData => Data["CLEAN"].ToBoolean() == true;

    /// <summary>The portal's language.</summary>
    public string? Language => Data["LANGUAGE_ID"].Defined;
}

/// <summary>The payment of the application changed. Nothing proves it: take it for a hint to ask <c>app.info</c>.</summary>
/// <remarks>Source: api-reference/common/events/on-app-payment.md.</remarks>
public sealed record PaymentChanged : IncomingEvent
{
    internal PaymentChanged(FormNode body)
        : base("ONAPPPAYMENT", body)
    {
    }

    /// <summary>The application's code.</summary>
    public string? Code => Data["CODE"].Defined;

    /// <summary>The installed version.</summary>
    public long? Version => Data["VERSION"].ToInteger();

    /// <summary>The status: <c>F</c>, <c>D</c>, <c>T</c>, <c>P</c>, <c>L</c> or <c>S</c>.</summary>
    public string? Status => Data["STATUS"].Defined;

    /// <summary>Whether the paid or trial time is over.</summary>
    public bool? IsPaymentExpired => Data["PAYMENT_EXPIRED"].ToBoolean();

    /// <summary>The days that are left; below zero in the time of grace.</summary>
    public long? DaysLeft => Data["DAYS"].ToInteger();

    /// <summary>The portal's language.</summary>
    public string? Language => Data["LANGUAGE_ID"].Defined;
}

/// <summary>An administrator answered whether a token may call a method that wants confirmation.</summary>
/// <remarks>Source: api-reference/common/events/on-app-method-confirm.md.</remarks>
public sealed record MethodConfirmed : IncomingEvent
{
    internal MethodConfirmed(FormNode body)
        : base("ONAPPMETHODCONFIRM", body)
    {
    }

    /// <summary>The access token that was asked for; the confirmation lives no longer than it does.</summary>
    public string? Token => Data["TOKEN"].Defined;

    /// <summary>The method.</summary>
    public string? Method => Data["METHOD"].Defined;

    /// <summary>Whether the administrator allowed it.</summary>
    public bool IsConfirmed => Data["CONFIRMED"].ToBoolean() == true;

    /// <summary>The portal's language.</summary>
    public string? Language => Data["LANGUAGE_ID"].Defined;
}

/// <summary>The application itself called <c>event.test</c>.</summary>
/// <remarks>Source: api-reference/common/events/on-app-test.md.</remarks>
public sealed record EventTested : IncomingEvent
{
    internal EventTested(FormNode body)
        : base("ONAPPTEST", body)
    {
    }

    /// <summary>What <c>event.test</c> was called with.</summary>
    public FormNode Query => Data["QUERY"];
}
