using System.Diagnostics;

namespace Chaos;

/// <summary>The add-on serving in a process of its own, which can be killed and frozen.</summary>
internal sealed class AddonProcess : IAsyncDisposable
{
    /// <summary>What the process writes before its address.</summary>
    public const string Listening = "listening ";

    /// <summary>So long a process may be silent before others take its work.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(1.5);

    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AddonProcess(Process process) => _process = process;

    /// <summary>Where it listens.</summary>
    public Task<Uri> Address => _address.Task;

    public bool IsFrozen { get; private set; }

    /// <summary>Starts a process.</summary>
    /// <param name="time">The file of the clock.</param>
    /// <param name="settings">Its environment beside that of this process.</param>
    /// <param name="log">Told what it says.</param>
    public static AddonProcess Start(string time, IEnumerable<KeyValuePair<string, string>> settings, Action<string> log)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["exec", typeof(AddonProcess).Assembly.Location, time])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var addon = new AddonProcess(process);
        process.OutputDataReceived += (_, line) => addon.Hear(line.Data, log);
        process.ErrorDataReceived += (_, line) => addon.Hear(line.Data, log);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return addon;
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _address.TrySetCanceled();
    }

    public Task FreezeAsync()
    {
        IsFrozen = true;
        return SignalAsync("STOP");
    }

    public Task ThawAsync()
    {
        IsFrozen = false;
        return SignalAsync("CONT");
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Hear(string? line, Action<string> log)
    {
        if (line is null)
        {
            _address.TrySetException(new InvalidOperationException("A process ended before it listened."));
            return;
        }

        log($"{_process.Id}: {line}");
        if (line.StartsWith(Listening, StringComparison.Ordinal))
        {
            _address.TrySetResult(new Uri(line[Listening.Length..]));
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        if (kill.ExitCode != 0)
        {
            throw new InvalidOperationException($"SIG{signal} did not reach the process.");
        }
    }
}
