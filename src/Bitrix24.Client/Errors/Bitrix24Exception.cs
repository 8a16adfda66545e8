using System.Text;

namespace Bitrix24.Client;

/// <summary>A call to Bitrix24 failed; <see cref="Error"/> tells why. The message never holds a secret or a parameter.</summary>
public sealed class Bitrix24Exception : Exception
{
    private static readonly Bitrix24Error Unknown = new(Bitrix24ErrorKind.MethodError, "", "");

    /// <summary>Creates the exception without details.</summary>
    public Bitrix24Exception()
        : this("The call to Bitrix24 failed.")
    {
    }

    /// <summary>Creates the exception with a message of its own.</summary>
    /// <param name="message">The message.</param>
    public Bitrix24Exception(string message)
        : this(message, null)
    {
    }

    /// <summary>Creates the exception with a message of its own and a cause.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The cause.</param>
    public Bitrix24Exception(string message, Exception? innerException)
        : base(message, innerException)
    {
        Error = Unknown;
        MethodName = "";
    }

    /// <summary>Creates the exception for a failed call.</summary>
    /// <param name="methodName">The REST name of the method.</param>
    /// <param name="error">The error.</param>
    /// <param name="innerException">The cause, if any.</param>
    public Bitrix24Exception(string methodName, Bitrix24Error error, Exception? innerException = null)
        : base(Describe(methodName, error), innerException)
    {
        MethodName = methodName;
        Error = error;
    }

    /// <summary>The error.</summary>
    public Bitrix24Error Error { get; }

    /// <summary>The REST name of the method that failed.</summary>
    public string MethodName { get; }

    private static string Describe(string methodName, Bitrix24Error error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var text = new StringBuilder().Append(methodName).Append(" failed: ").Append(error.Kind);
        text.Append(" (code '").Append(error.Code).Append("', HTTP ").Append(error.HttpStatus).Append("). ").Append(error.Description);
        foreach (var field in error.Validation)
        {
            text.Append(" [").Append(field).Append(']');
        }

        return ErrorTable.Remedy(error.Kind) is { Length: > 0 } remedy ? text.Append(' ').Append(remedy).ToString() : text.ToString();
    }
}
