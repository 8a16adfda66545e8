using System.Text.RegularExpressions;

namespace Bitrix24Addon.Acceptance;

/// <summary>Everything that a simulated portal gives out and that must stand in no log and on no screen.</summary>
internal static partial class Secrets
{
    /// <summary>The lines that hold an access, refresh or application token, a code, the application's secret or that of a webhook.</summary>
    public static List<string> In(string output) => [.. output.Split('\n').Where(line => Secret().IsMatch(line))];

    [GeneratedRegex(@"simulator\d+(token|refresh|code|secret)\d*|simulatorapplication\d+|simulatorclientsecret")]
    private static partial Regex Secret();
}
