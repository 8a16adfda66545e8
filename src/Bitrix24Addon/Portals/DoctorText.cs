using Bitrix24.Client;

namespace Bitrix24Addon.Portals;

/// <summary>A text to be said later, in the language of whoever reads it; arguments may be such texts themselves.</summary>
/// <param name="Key">Key of the text.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record DoctorText(string Key, params object[] Arguments)
{
    /// <summary>What an error of a portal means and what to do about it.</summary>
    /// <param name="error">The error.</param>
    /// <param name="portal">The portal's host.</param>
    /// <param name="methodName">The REST method that failed, or what stands for it.</param>
    public static DoctorText Of(Bitrix24Error error, string portal, string methodName)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new DoctorText(
            $"Problems.{error.Kind}", portal, methodName, error.Code, error.Description, error.MovedTo ?? "", error.RetryAt?.ToString("u") ?? "");
    }

    /// <summary>The text in a language.</summary>
    /// <param name="texts">The language.</param>
    public string In(Texts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return texts.Get(Key, [.. Arguments.Select(a => a is DoctorText inner ? inner.In(texts) : a)]);
    }
}
