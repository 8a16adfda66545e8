using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Runtime.InteropServices;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Schedule;

namespace Bitrix24Addon.Functions.Cli;

/// <summary>The program: server and command line in one. Exit codes: 0, 1 for a finding, 2 for wrong usage.</summary>
public static class AddonProgram
{
    internal const int Finding = 1;
    internal const int Usage = 2;

    /// <summary>Texts in the system's language; a system without a language gets the default of the settings.</summary>
    public static Texts SystemTexts => Texts.For(
        CultureInfo.CurrentUICulture.Equals(CultureInfo.InvariantCulture) ? new PortalSettings().Language : CultureInfo.CurrentUICulture.Name);

    /// <summary>Runs one command line to its end; Ctrl+C and SIGTERM stop it cleanly.</summary>
    /// <param name="args">Verb and options; no verb serves.</param>
    /// <param name="settings">Configuration that wins over environment and files; null for none.</param>
    /// <param name="listening">Told the server's addresses once it listens; null for nobody.</param>
    /// <param name="clock">A clock other than the system's; null for the system's.</param>
    /// <param name="timings">How long processes wait for each other; null for what Bitrix24 demands.</param>
    /// <param name="cancellationToken">Stops the work as Ctrl+C does.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, IReadOnlyDictionary<string, string?>? settings = null,
        Action<IReadOnlyCollection<string>>? listening = null, SharedClock? clock = null, WorkTimings? timings = null, CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var terminal = new Terminal();
        Addon? addon = null;
        try
        {
            addon = new Addon(terminal, settings, clock, timings) { Listening = listening };
            if (args.Count == 0)
            {
                // What starts a server need not read commands first.
                return await ServeVerb.RunAsync(addon, stop.Token);
            }

            var portal = CommandOptions.Portal(addon.Texts);
            var parsed = Verbs(addon, portal).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Action is ParseErrorAction)
            {
                foreach (var error in parsed.Errors)
                {
                    terminal.Say(error.Message);
                }

                terminal.Say(terminal.Texts.Get("Cli.see_help", string.Join(' ', Path(parsed.CommandResult))));
                return Usage;
            }

            addon.PortalHost = parsed.GetValue(portal);
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            terminal.Say(terminal.Texts.Get("Cli.stopped"));
            return Finding;
        }
#pragma warning disable CA1031 // The last stop: a person gets a message, never a stack trace.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            terminal.Say(Problems.Describe(failure, addon, terminal.Texts));
            return Finding;
        }
        finally
        {
            if (addon is not null)
            {
                await addon.DisposeAsync();
            }
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static RootCommand Verbs(Addon addon, Option<string?> portal)
    {
        // The parser speaks through the process's language; what is ours asks Texts.
        CultureInfo.CurrentUICulture = addon.Terminal.Texts.Culture;
        var root = new RootCommand(addon.Terminal.Texts.Get("Cli.program"))
        {
            ServeVerb.Create(addon), SyncVerb.Create(addon), ReportVerb.Create(addon), SettingsVerb.Create(addon), RulesVerb.Create(addon),
            WhatIfVerb.Create(addon), ReplayVerb.Create(addon), EraseVerb.Create(addon), DoctorVerb.Create(addon), MigrateVerb.Create(addon), portal,
        };
        root.SetAction((_, cancellationToken) => ServeVerb.RunAsync(addon, cancellationToken));
        return root;
    }

    private static IEnumerable<string> Path(System.CommandLine.Parsing.CommandResult command)
    {
        for (var result = command; result.Parent is System.CommandLine.Parsing.CommandResult above; result = above)
        {
            yield return result.Command.Name;
        }
    }
}
