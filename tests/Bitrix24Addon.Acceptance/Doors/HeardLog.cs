using System.Text;
using System.Text.RegularExpressions;

namespace Bitrix24Addon.Acceptance.Doors;

/// <summary>Everything that a server in this process writes to the console and answers, searched for the secrets that its tests know.</summary>
internal sealed partial class HeardLog : IDisposable
{
    private readonly TextWriter _before = Console.Out;
    private readonly StringBuilder _answers = new();
    private readonly StringWriter _written = new();

    public HeardLog() => Console.SetOut(TextWriter.Synchronized(_written));

    /// <summary>The lines that hold a token, a secret of the application or of a webhook, or whatever a simulated portal gives out.</summary>
    public static List<string> SecretsIn(string text) => [.. text.Split('\n').Where(line => Secret().IsMatch(line))];

    public void Answered(string answer)
    {
        lock (_answers)
        {
            _answers.AppendLine(answer);
        }
    }

    public void MustHoldNoSecret()
    {
        var log = _written.ToString();
        Assert.Contains("A post to the door", log, StringComparison.Ordinal);
        Assert.Contains("dbug: Microsoft.AspNetCore", log, StringComparison.Ordinal);
        Assert.NotEmpty(_answers.ToString());
        Assert.Empty(SecretsIn(log));
        Assert.Empty(SecretsIn(_answers.ToString()));
    }

    public void Dispose()
    {
        Console.SetOut(_before);
        _written.Dispose();
    }

    [GeneratedRegex(@"refresh\d+|\baccess\d+|postedAccess|s3cret|applicationToken|outgoingToken|simulator\d+(token|refresh|code|secret)\d*|simulatorapplication\d+|simulatorclientsecret")]
    private static partial Regex Secret();
}
