namespace Bitrix24Addon.Functions.Doors;

/// <summary>What became of a post. Whoever posts sees only the HTTP status; the counter and the log tell them apart.</summary>
internal enum DoorVerdict
{
    /// <summary>Its marks are stored.</summary>
    Accepted,

    /// <summary>Verified, and without meaning for us.</summary>
    Ignored,

    /// <summary>The application was installed or updated: tokens and mark are stored.</summary>
    Installed,

    /// <summary>A page was shown to a person of a known portal.</summary>
    Opened,

    /// <summary>The application was removed: its tokens are forgotten.</summary>
    Uninstalled,

    /// <summary>A hint that a known portal's payment changed is stored.</summary>
    PaymentHint,

    /// <summary>A hint on the payment of nobody we know.</summary>
    PaymentHintOfStranger,

    /// <summary>No form, or without what its event must have.</summary>
    Malformed,

    /// <summary>More than <see cref="PostReader.MaxBytes"/>.</summary>
    TooLarge,

    /// <summary>Of a portal that we do not know, or with a wrong token: the two are not told apart.</summary>
    NotVerified,

    /// <summary>The authorisation server does not confirm the installation.</summary>
    GrantRefused,

    /// <summary>The tokens of the installation belong to another portal.</summary>
    OtherPortal,

    /// <summary>The tokens of the installation belong to another application.</summary>
    OtherApplication,

    /// <summary>The portal is installed, and whoever installs anew is no administrator of it.</summary>
    NotAdministrator,

    /// <summary>The portal's address may not be called.</summary>
    ForbiddenAddress,

    /// <summary>Too many posts of this source failed.</summary>
    Limited,

    /// <summary>The authorisation server could not be asked.</summary>
    OAuthUnreachable,

    /// <summary>The configuration lacks something.</summary>
    NotConfigured,

    /// <summary>The database failed, or did not answer in time: what a restart loses, reconciliation finds.</summary>
    StorageFailed,

    /// <summary>Verified, and more than can be stored: reconciliation finds what it told of.</summary>
    QueueFull,
}

/// <summary>The one table of verdicts.</summary>
internal static class DoorVerdicts
{
    /// <summary>The answer. Everything that a stranger could learn from is the same 403.</summary>
    public static int StatusOf(DoorVerdict verdict) => verdict switch
    {
        DoorVerdict.Accepted or DoorVerdict.Ignored or DoorVerdict.Installed or DoorVerdict.Opened or DoorVerdict.Uninstalled
            or DoorVerdict.PaymentHint or DoorVerdict.PaymentHintOfStranger => StatusCodes.Status200OK,
        DoorVerdict.Malformed => StatusCodes.Status400BadRequest,
        DoorVerdict.TooLarge => StatusCodes.Status413PayloadTooLarge,
        DoorVerdict.NotVerified or DoorVerdict.GrantRefused or DoorVerdict.OtherPortal or DoorVerdict.OtherApplication
            or DoorVerdict.NotAdministrator or DoorVerdict.ForbiddenAddress => StatusCodes.Status403Forbidden,
        DoorVerdict.Limited => StatusCodes.Status429TooManyRequests,
        DoorVerdict.OAuthUnreachable or DoorVerdict.NotConfigured or DoorVerdict.StorageFailed or DoorVerdict.QueueFull => StatusCodes.Status503ServiceUnavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    /// <summary>The post was refused for what it is: counts against the source.</summary>
    public static bool IsSuspicious(DoorVerdict verdict) => StatusOf(verdict) == StatusCodes.Status403Forbidden;

    public static LogLevel LevelOf(DoorVerdict verdict) => verdict switch
    {
        DoorVerdict.Accepted or DoorVerdict.Ignored or DoorVerdict.Opened or DoorVerdict.Limited or DoorVerdict.PaymentHintOfStranger => LogLevel.Debug,
        DoorVerdict.Installed or DoorVerdict.Uninstalled or DoorVerdict.PaymentHint => LogLevel.Information,
        DoorVerdict.OAuthUnreachable or DoorVerdict.NotConfigured or DoorVerdict.StorageFailed or DoorVerdict.QueueFull => LogLevel.Error,
        _ => LogLevel.Warning,
    };

    /// <summary>What the operator should do, for the log.</summary>
    public static string RemedyOf(DoorVerdict verdict) => verdict switch
    {
        DoorVerdict.Malformed => "It is no post of Bitrix24; look whether something else posts here.",
        DoorVerdict.TooLarge => "Posts of Bitrix24 are small; look whether something else posts here.",
        DoorVerdict.NotVerified => "If a portal misses events, install the application there anew, or compare Bitrix24__OutgoingWebhookToken.",
        DoorVerdict.GrantRefused => "If an installation failed, compare Bitrix24__ClientId and Bitrix24__ClientSecret and install anew.",
        DoorVerdict.OtherPortal => "The post names another portal than its tokens; it is forged.",
        DoorVerdict.OtherApplication => "Compare Bitrix24__AppCode with the application's code.",
        DoorVerdict.NotAdministrator => "If it was no forgery, let an administrator of the portal install the application anew.",
        DoorVerdict.ForbiddenAddress => "The portal's address is not https or leads into a private network.",
        DoorVerdict.OAuthUnreachable => "Check the network and Bitrix24__OAuthServer, then install anew.",
        DoorVerdict.NotConfigured => "Mend the configuration, then install anew.",
        DoorVerdict.StorageFailed => "Check the database and its disk; the post is lost and is found again by reconciliation.",
        DoorVerdict.QueueFull => "Check the speed of the database and its disk; the post is lost and is found again by reconciliation.",
        _ => "",
    };
}
