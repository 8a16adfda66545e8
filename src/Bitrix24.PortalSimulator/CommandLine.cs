using System.Globalization;
using Bitrix24.PortalSimulator.Generator;
using Bitrix24.PortalSimulator.State;
using Bitrix24.PortalSimulator.Timeline;

namespace Bitrix24.PortalSimulator;

/// <summary>What the person asked for on the command line.</summary>
internal sealed class CommandLine
{
    /// <summary>The offset of a portal whose timeline says nothing else.</summary>
    private static readonly TimeSpan Moscow = TimeSpan.FromHours(3);

    private double? _speed;

    public PortalSimulatorOptions Options { get; } = new() { Port = 8024, OAuthPort = 8025 };

    /// <summary>Where ONAPPINSTALL is posted to after start; null installs nothing.</summary>
    public Uri? InstallUrl { get; private set; }

    /// <summary>Where the certificate is written that a client has to trust; null serves plain http.</summary>
    public string? CertificatePath { get; private set; }

    /// <summary>Reads the arguments; null when they make no sense.</summary>
    public static CommandLine? Parse(string[] arguments)
    {
        var result = new CommandLine();
        for (var index = 0; index < arguments.Length; index++)
        {
            if (result.Switch(arguments[index]))
            {
                continue;
            }
            if (index + 1 == arguments.Length || !result.Value(arguments[index], arguments[++index]))
            {
                return null;
            }
        }
        return result.Complete() ? result : null;
    }

    private bool Switch(string name)
    {
        switch (name)
        {
            case "--shift":
                return Options.ShiftTimeline = true;
            case "--no-limits":
                Options.WithoutLimits();
                return true;
            case "--no-operating-limit":
                Options.OperatingLimit = false;
                return true;
            case "--take-time":
                return Options.TakesTime = true;
            default:
                return false;
        }
    }

    private bool Value(string name, string value)
    {
        var culture = CultureInfo.InvariantCulture;
        switch (name)
        {
            case "--port" when int.TryParse(value, NumberStyles.None, culture, out var port) && port < 65535:
                // The OAuth server stands beside the portal; 0 takes a free port for each.
                (Options.Port, Options.OAuthPort) = (port, port == 0 ? 0 : port + 1);
                return true;
            case "--timeline" when value.Length > 0:
                Options.TimelinePath = value;
                return true;
            case "--seed" when int.TryParse(value, NumberStyles.None, culture, out var seed):
                Options.Seed = seed;
                return true;
            case "--until" when FieldValue.TryInstant(value, Moscow, out var until):
                Options.TimelineUntil = until;
                return true;
            case "--speed" when double.TryParse(value, NumberStyles.Float, culture, out var speed) && speed > 0 && double.IsFinite(speed):
                _speed = speed;
                return true;
            case "--rows" when value.Split('=') is [var table, var text] && TableFiller.Tables.Contains(table)
                && int.TryParse(text, NumberStyles.None, culture, out var count):
                Options.Rows[table] = count;
                return true;
            case "--gaps" when value.Split('=') is [var table, var text] && TableFiller.Tables.Contains(table) && Share(text) is { } missing and < 1:
                Options.Gaps[table] = missing;
                return true;
            case "--list-seconds" when double.TryParse(value, NumberStyles.Float, culture, out var seconds) && seconds >= 0 && double.IsFinite(seconds):
                Options.ListCostSeconds = seconds;
                return true;
            case "--certificate" when value.Length > 0:
                CertificatePath = value;
                return Options.Https = true;
            case "--install" when Address(value) is { } address:
                InstallUrl = address;
                return true;
            case "--application" when Address(value) is { } address:
                Options.ApplicationUrl = address;
                return true;
            case "--installation" when Address(value) is { } address:
                Options.InstallationUrl = address;
                return true;
            case "--lose" when Share(value) is { } share:
                Options.EventLossShare = share;
                return true;
            case "--duplicate" when Share(value) is { } share:
                Options.EventDuplicateShare = share;
                return true;
            case "--reorder" when int.TryParse(value, NumberStyles.None, culture, out var window):
                Options.EventReorderWindow = window;
                return true;
            default:
                return false;
        }
    }

    private static Uri? Address(string value) => Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;

    private static double? Share(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1 ? share : null;

    /// <summary>Whether the parts fit together; settles what follows from them.</summary>
    private bool Complete()
    {
        if (Options.TimelinePath is null ? Options.ShiftTimeline || Options.TimelineUntil is not null : Options.Seed is not null)
        {
            return false;
        }
        if (Options.TimelineUntil is null && _speed is not null)
        {
            return false;
        }
        if (Options.TimelinePath is null && Options.Rows.Count == 0)
        {
            Options.Seed ??= 1;
        }
        if (Options.TimelineUntil is { } until)
        {
            // The portal's day goes on where its history ends.
            var shift = Options.ShiftTimeline ? TimelineShift.WeeksUntil(until, TimeProvider.System.GetUtcNow()) : TimeSpan.Zero;
            Options.TimeProvider = new SimulatedClock(until + shift, _speed ?? 1);
        }
        return true;
    }
}
