namespace Bitrix24.Client;

/// <summary>An error of a call, classified by its code.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Code">The code as the portal wrote it; may be empty or a number. The client's own codes begin with <c>CLIENT_</c>.</param>
/// <param name="Description">The portal's text, for developers; not for people to read.</param>
/// <param name="HttpStatus">The HTTP status; 0 when there was no answer; of a command inside a batch the status of the batch.</param>
public sealed record Bitrix24Error(Bitrix24ErrorKind Kind, string Code, string Description, int HttpStatus = 0)
{
    internal const string TimeoutCode = "CLIENT_TIMEOUT";

    /// <summary>The code of an answer to a read that never came, or broke off.</summary>
    internal const string BrokenCode = "CLIENT_NO_ANSWER";

    /// <summary>What is wrong with a command of which the answer says nothing (see <see cref="CommandOutcome.IsNotRun"/>), for who treats it as an error.</summary>
    public static Bitrix24Error CommandNotRun { get; } = new(
        Bitrix24ErrorKind.CommandNotRun, "CLIENT_COMMAND_NOT_RUN", "The answer has neither a result nor an error for the command.");

    /// <summary>What a code means that was kept without its error.</summary>
    /// <param name="code">The code as the portal wrote it.</param>
    /// <param name="httpStatus">The HTTP status.</param>
    public static Bitrix24ErrorKind KindOf(string code, int httpStatus)
    {
        ArgumentNullException.ThrowIfNull(code);
        return ErrorTable.Classify(code, "", httpStatus);
    }

    /// <summary>True when repeating the same call may help; for <see cref="Bitrix24ErrorKind.ServerFault"/> of reads only.</summary>
    public bool IsRetryable => Kind is Bitrix24ErrorKind.QueryLimit
        or Bitrix24ErrorKind.OperatingLimit
        or Bitrix24ErrorKind.OtherLimit
        or Bitrix24ErrorKind.ServerFault
        or Bitrix24ErrorKind.Unreachable
        or Bitrix24ErrorKind.AuthorisationUnavailable
        or Bitrix24ErrorKind.CommandNotRun
        or Bitrix24ErrorKind.ListChanging
        || (Kind == Bitrix24ErrorKind.NotAnAnswer && (HttpStatus >= 500 || IsTruncated));

    /// <summary>True when a limit was hit, so that a repetition must wait.</summary>
    public bool ShouldWait => Kind is Bitrix24ErrorKind.QueryLimit or Bitrix24ErrorKind.OperatingLimit or Bitrix24ErrorKind.OtherLimit;

    /// <summary>
    /// True when nobody knows whether a call that ended so was carried out: it was not answered, the portal reported a fault of its own
    /// on the way (<see cref="Bitrix24ErrorKind.ServerFault"/>), or a page or other JSON came in place of an answer. Look before you repeat
    /// a write that ended so, or let <see cref="Bitrix24Client.WriteAsync"/> look; a read is safe to repeat. False when the portal refused
    /// the call or was never reached. Single calls, commands of batches and <see cref="Batches.BatchPlanner"/> tell it alike. Source: _includes/system-errors.md.
    /// </summary>
    public bool MayHaveBeenCarriedOut => Kind is Bitrix24ErrorKind.OutcomeUnknown or Bitrix24ErrorKind.ServerFault
        || (Kind == Bitrix24ErrorKind.NotAnAnswer && HttpStatus is < 400 or >= 500);

    /// <summary>
    /// True when the portal will not let this call have it, however often it is made, while other calls may still be answered. Many methods
    /// refuse in words of the portal's language without a code, so whatever neither passes by itself nor concerns the access as a whole is
    /// a refusal.
    /// </summary>
    public bool IsRefusal => Kind is not (Bitrix24ErrorKind.QueryLimit or Bitrix24ErrorKind.OperatingLimit or Bitrix24ErrorKind.OtherLimit
        or Bitrix24ErrorKind.ServerFault or Bitrix24ErrorKind.Unreachable or Bitrix24ErrorKind.CommandNotRun or Bitrix24ErrorKind.NotAnAnswer
        or Bitrix24ErrorKind.OutcomeUnknown or Bitrix24ErrorKind.ListChanging or Bitrix24ErrorKind.ExpiredToken or Bitrix24ErrorKind.InvalidToken or Bitrix24ErrorKind.NotAuthorised
        or Bitrix24ErrorKind.AuthorisationNeeded or Bitrix24ErrorKind.PaymentRequired or Bitrix24ErrorKind.ApplicationRemoved
        or Bitrix24ErrorKind.AuthorisationUnavailable or Bitrix24ErrorKind.AuthorisationRefused
        or Bitrix24ErrorKind.PortalDeleted or Bitrix24ErrorKind.PortalBlocked or Bitrix24ErrorKind.PortalMoved);

    /// <summary>The earliest instant at which a repetition makes sense, for limit errors, for tokens that could not be renewed and where the portal sent <c>Retry-After</c>.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>For <see cref="Bitrix24ErrorKind.PortalMoved"/> the host the portal points to; it did not stand the checks.</summary>
    public string? MovedTo { get; init; }

    /// <summary>The refused fields of a REST 3.0 validation error, as <c>field: message</c>.</summary>
    public IReadOnlyList<string> Validation { get; init; } = [];

    /// <summary>True when the portal, or what stands before it, took too long.</summary>
    internal bool IsTimeout => Code == TimeoutCode || HttpStatus == 504;

    /// <summary>True when the answer began as JSON and broke off.</summary>
    internal bool IsTruncated { get; init; }
}
