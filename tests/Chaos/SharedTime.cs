using System.IO.MemoryMappedFiles;
using Bitrix24.PortalSimulator;

namespace Chaos;

/// <summary>The clock of the portal, shown to other processes in a file that they all map.</summary>
public sealed class SharedTime : IAsyncDisposable
{
    /// <summary>Seconds of the clock in one of the machine, unless it is moved.</summary>
    public const double Pace = 60;

    private static readonly TimeSpan BetweenWrites = TimeSpan.FromMilliseconds(5);

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _shown;
    private readonly PeriodicTimer _timer = new(BetweenWrites, TimeProvider.System);
    private readonly Task _showing;

    /// <param name="path">The file.</param>
    /// <param name="start">What it shows at first.</param>
    public SharedTime(string path, DateTimeOffset start)
    {
        Clock = new SimulatedClock(start, Pace);
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, sizeof(long));
        _shown = _file.CreateViewAccessor();
        Show();
        _showing = Task.Run(async () =>
        {
            while (await _timer.WaitForNextTickAsync())
            {
                Show();
            }
        });
    }

    /// <summary>The clock; whoever moves it moves that of all.</summary>
    public SimulatedClock Clock { get; }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _showing;
        _shown.Dispose();
        _file.Dispose();
        Clock.Dispose();
    }

    private void Show() => _shown.Write(0, Clock.GetUtcNow().Ticks);
}

/// <summary>A clock that shows what <see cref="SharedTime"/> of another process shows.</summary>
internal sealed class FollowedClock : IDisposable
{
    private static readonly TimeSpan BetweenReads = TimeSpan.FromMilliseconds(5);

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _shown;
    private readonly PeriodicTimer _timer = new(BetweenReads, TimeProvider.System);

    public FollowedClock(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, sizeof(long));
        _shown = _file.CreateViewAccessor();
        Time = new SimulatedClock(Shown());
        _ = FollowAsync();
    }

    public SimulatedClock Time { get; }

    public void Dispose()
    {
        _timer.Dispose();
        Time.Dispose();
    }

    private async Task FollowAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            var shown = Shown();
            if (shown > Time.GetUtcNow())
            {
                Time.SetUtcNow(shown);
            }
        }
    }

    private DateTimeOffset Shown() => new(_shown.ReadInt64(0), TimeSpan.Zero);
}
