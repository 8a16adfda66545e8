namespace Bitrix24Addon.Portals;

/// <summary>
/// Something a person must mend: the message is a text of ours, in his language, that names the problem and the remedy. Nothing
/// was half-written when it is thrown.
/// </summary>
public sealed class ProblemException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="textKey">Key of the text that names problem and remedy.</param>
    /// <param name="arguments">The text's arguments.</param>
    public ProblemException(string textKey, params object[] arguments)
        : this(textKey, innerException: null, arguments)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="textKey">Key of the text that names problem and remedy.</param>
    /// <param name="innerException">The cause.</param>
    /// <param name="arguments">The text's arguments.</param>
    public ProblemException(string textKey, Exception? innerException, params object[] arguments)
        : base($"{textKey} ({string.Join(", ", arguments)})", innerException)
    {
        TextKey = textKey;
        Arguments = arguments;
    }

    /// <summary>Key of the text that names problem and remedy.</summary>
    public string TextKey { get; }

    /// <summary>The text's arguments.</summary>
    public IReadOnlyList<object> Arguments { get; }
}
