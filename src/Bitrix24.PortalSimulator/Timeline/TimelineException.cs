namespace Bitrix24.PortalSimulator.Timeline;

/// <summary>A timeline (or a single operation) that cannot be played; the message names the line and what to do. Nothing of it was loaded.</summary>
public sealed class TimelineException : Exception
{
    /// <summary>Creates the exception.</summary>
    public TimelineException()
    {
    }

    /// <summary>Creates the exception with what is wrong and how to mend it.</summary>
    public TimelineException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with what is wrong, how to mend it, and the cause.</summary>
    public TimelineException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
