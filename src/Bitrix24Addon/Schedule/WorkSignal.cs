using System.Threading.Channels;

namespace Bitrix24Addon.Schedule;

/// <summary>Wakes the work loop of this process: the loop finds work by itself, a signal only makes it look at once.</summary>
public sealed class WorkSignal
{
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>There may be work.</summary>
    public void Wake() => _signals.Writer.TryWrite(true);

    /// <summary>Waits for a signal; one that came before counts.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task WaitAsync(CancellationToken cancellationToken) => await _signals.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
}
