using System.Text.RegularExpressions;
using Bitrix24Addon.Effects;

namespace Bitrix24Addon.Privacy;

/// <summary>Takes a person's name out of texts, and leaves longer names that contain it alone.</summary>
internal sealed class NameEraser
{
    private readonly string _name;
    private readonly string _substitute;
    private readonly Regex? _names;

    /// <param name="name">The name; empty for none.</param>
    /// <param name="others">Names of all people.</param>
    /// <param name="substitute">What stands in its place.</param>
    public NameEraser(string name, IEnumerable<string> others, string substitute)
    {
        // In texts names stand as harmless text.
        _name = BbCode.Plain(name);
        _substitute = substitute;
        if (_name.Length > 0)
        {
            var names = others.Select(BbCode.Plain).Where(other => other.Contains(_name, StringComparison.Ordinal)).Append(_name).Distinct()
                .OrderByDescending(other => other.Length).Select(Regex.Escape);
            _names = new Regex($@"(?<!\w)(?:{string.Join('|', names)})(?!\w)", RegexOptions.CultureInvariant);
        }
    }

    /// <summary>The name, as it stands in texts; empty for none.</summary>
    public string Name => _name;

    /// <summary>The text without the name.</summary>
    public string In(string text) => _names?.Replace(text, match => match.Value == _name ? _substitute : match.Value) ?? text;
}
