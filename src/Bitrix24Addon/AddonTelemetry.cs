using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Bitrix24Addon;

/// <summary>
/// What the add-on tells of itself: metrics, and traces that follow one event from its post to what is done about it, through the database. Neither
/// holds personal data or secrets.
/// </summary>
public static class AddonTelemetry
{
    /// <summary>The name of the meter and of the source of traces.</summary>
    public const string Name = "Bitrix24Addon";

    // A span of very many causes would be dropped by those who receive it.
    private const int MostLinks = 128;

    private static readonly ActivitySource Source = new(Name);

    /// <summary>The meter.</summary>
    public static Meter Meter { get; } = new(Name);

    /// <summary>What is to be kept with a row so that the trace goes on from it (W3C <c>traceparent</c>); null when nobody listens.</summary>
    public static string? TraceParent => Activity.Current is { Recorded: true } activity ? activity.Id : null;

    /// <summary>Begins a piece of work of a portal.</summary>
    /// <param name="work">What is done.</param>
    /// <param name="portalId">The portal's key.</param>
    /// <param name="causes">The <see cref="TraceParent"/> of what asked for it.</param>
    /// <returns>Ends the piece when disposed; null when nobody listens.</returns>
    public static Activity? Begin(string work, int portalId, IEnumerable<string?> causes)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var links = causes.OfType<string>().Distinct().Take(MostLinks)
            .Select(cause => ActivityContext.TryParse(cause, null, isRemote: true, out var context) ? context : default)
            .Where(context => context != default).ToList();

        // One cause alone is the parent: its trace is one line from the post to the figures.
        return Source.StartActivity(
            work,
            ActivityKind.Consumer,
            links is [var parent] ? parent : default,
            [new("portal.id", portalId)],
            links.Select(link => new ActivityLink(link)));
    }
}
