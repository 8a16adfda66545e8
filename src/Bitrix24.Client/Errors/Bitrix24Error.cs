namespace Bitrix24.Client;

/// <summary>An error of a call, classified by its code.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Code">The code as the portal wrote it; may be empty or a number. The client's own codes begin with <c>CLIENT_</c>.</param>
/// <param name="Description">The portal's text, for developers; not for people to read.</param>
/// <param name="HttpStatus">The HTTP status; 0 when there was no answer; of a command inside a batch the status of the batch.</param>
public sealed record Bitrix24Error(Bitrix24ErrorKind Kind, string Code, string Description, int HttpStatus = 0)
{
    internal static readonly Bitrix24Error CommandNotRun = new(
        Bitrix24ErrorKind.CommandNotRun, "CLIENT_COMMAND_NOT_RUN", "The answer has neither a result nor an error for the command.");

    /// <summary>True when repeating the same call may help; for <see cref="Bitrix24ErrorKind.ServerFault"/> of reads only.</summary>
    public bool IsRetryable => Kind is Bitrix24ErrorKind.QueryLimit
        or Bitrix24ErrorKind.OperatingLimit
        or Bitrix24ErrorKind.OtherLimit
        or Bitrix24ErrorKind.ServerFault
        or Bitrix24ErrorKind.Unreachable
        or Bitrix24ErrorKind.AuthorisationUnavailable
        or Bitrix24ErrorKind.CommandNotRun
        || (Kind == Bitrix24ErrorKind.NotAnAnswer && (HttpStatus >= 500 || IsTruncated));

    /// <summary>True when a limit was hit, so that a repetition must wait.</summary>
    public bool ShouldWait => Kind is Bitrix24ErrorKind.QueryLimit or Bitrix24ErrorKind.OperatingLimit or Bitrix24ErrorKind.OtherLimit;

    /// <summary>For limit errors, and for tokens that could not be renewed, the earliest instant at which a repetition makes sense.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>For <see cref="Bitrix24ErrorKind.PortalMoved"/> the host the portal points to; it did not stand the checks.</summary>
    public string? MovedTo { get; init; }

    /// <summary>The refused fields of a REST 3.0 validation error, as <c>field: message</c>.</summary>
    public IReadOnlyList<string> Validation { get; init; } = [];

    /// <summary>True when the answer began as JSON and broke off.</summary>
    internal bool IsTruncated { get; init; }
}
