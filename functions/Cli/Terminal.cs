using System.Text;
using Spectre.Console;

namespace Bitrix24Addon.Functions.Cli;

/// <summary>Where a run speaks: results to the standard output, progress and messages to the standard error, in one language.</summary>
internal sealed class Terminal
{
    // Nothing is folded where a program reads on.
    private const int PipeWidth = 10_000;

    // Made when it is asked for: a server writes no table.
    private IAnsiConsole? _output;
    private IAnsiConsole? _progress;

    public Terminal()
    {
        if (OperatingSystem.IsWindows())
        {
            Console.OutputEncoding = Encoding.UTF8;
        }
    }

    /// <summary>The portal's language once it is known; before, the system's.</summary>
    public Texts Texts { get; set; } = AddonProgram.SystemTexts;

    /// <summary>For tables.</summary>
    public IAnsiConsole Output => _output ??= Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>For moving bars; null where nobody watches.</summary>
    public IAnsiConsole? Progress => Console.IsErrorRedirected ? null : _progress ??= Create(Console.Error, isRedirected: false);

    /// <summary>Writes a line of the result.</summary>
    public static void Print(string text) => Console.Out.WriteLine(text);

    /// <summary>Writes a message.</summary>
#pragma warning disable CA1822 // A message belongs to the terminal it is shown on.
    public void Say(string text) => Console.Error.WriteLine(text);
#pragma warning restore CA1822

    private static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (isRedirected)
        {
            console.Profile.Width = PipeWidth;
        }

        return console;
    }
}
