namespace Bitrix24.PortalSimulator;

/// <summary>How fast the rest of a timeline is played.</summary>
public enum PlayPace
{
    /// <summary>A line is applied when the portal's clock reaches its time.</summary>
    Clock,

    /// <summary>As fast as the events can be sent. A <see cref="SimulatedClock"/> is moved to the time of each line.</summary>
    Immediately,
}
