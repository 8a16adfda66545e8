namespace Bitrix24.Client;

/// <summary>An address given in the settings is not one the client can use. The message tells the remedy and never repeats the address.</summary>
public sealed class MalformedAddressException : FormatException
{
    /// <summary>Creates the exception without a message.</summary>
    public MalformedAddressException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and how to mend it, without the address itself.</param>
    public MalformedAddressException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and how to mend it, without the address itself.</param>
    /// <param name="innerException">The cause.</param>
    public MalformedAddressException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
