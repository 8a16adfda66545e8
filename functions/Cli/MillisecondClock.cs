namespace Bitrix24Addon.Functions.Cli;

/// <summary>
/// The system's clock in whole milliseconds, as the database and Bitrix24 keep time. The client's wait for operating time compares two
/// readings of the clock with each other and goes on only when they are equal; finer ticks never are.
/// </summary>
internal sealed class MillisecondClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(System.GetUtcNow().ToUnixTimeMilliseconds());
}
