using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Bitrix24Addon.Acceptance.Doors;

namespace Bitrix24Addon.Acceptance.Hosting;

/// <summary>The published program as a Functions host keeps it: started with a port, asked until it answers, and frozen whenever nothing is asked of it.</summary>
public sealed partial class HandlerProcess : IAsyncDisposable
{
    private const int Continue = 18, Halt = 19;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan InitializationTimeout = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Lock _gate = new();
    private int _invocations;

    private HandlerProcess(Process process, int port)
    {
        _process = process;
        Address = new Uri($"http://127.0.0.1:{port}/");
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None, ActivityHeadersPropagator = null })
        {
            BaseAddress = Address, Timeout = TimeSpan.FromMinutes(2),
        };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    /// <summary>An invocation is open.</summary>
    public bool IsAsked => Volatile.Read(ref _invocations) > 0;

    /// <summary>What it said.</summary>
    public ConcurrentQueue<string> Said { get; } = new();

    /// <summary>Waits until it ends by itself.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Starts it and waits until it answers at all.</summary>
    /// <param name="folder">What was published.</param>
    /// <param name="environment">The settings of the application.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public static async Task<HandlerProcess> StartAsync(
        PublishedFolder folder, IEnumerable<KeyValuePair<string, string?>> environment, CancellationToken cancellationToken)
    {
        var port = ServedAddon.FreePort();
        var handler = Start(folder, environment.Append(new("FUNCTIONS_CUSTOMHANDLER_PORT", port.ToString(CultureInfo.InvariantCulture))), port);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(InitializationTimeout);
        try
        {
            while (true)
            {
                try
                {
                    using var answer = await handler.Http.GetAsync(handler.Address, patience.Token);
                    handler.Freeze();
                    return handler;
                }
                catch (HttpRequestException) when (!handler._process.HasExited)
                {
                    await Task.Delay(BetweenAttempts, TimeProvider.System, patience.Token);
                }
            }
        }
        catch
        {
            await handler.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it without asking anything.</summary>
    public static HandlerProcess Start(PublishedFolder folder, IEnumerable<KeyValuePair<string, string?>> environment, int port = 0)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var start = new ProcessStartInfo(folder.Executable) { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["FUNCTIONS_CUSTOMHANDLER_WORKER_ID"] = Guid.NewGuid().ToString();
        start.Environment["FUNCTIONS_APP_ROOT_PATH"] = folder.Path;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var handler = new HandlerProcess(process, port);
        process.OutputDataReceived += (_, line) => handler.Hear(line.Data);
        process.ErrorDataReceived += (_, line) => handler.Hear(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return handler;
    }

    /// <summary>An invocation: the process runs as long as one is open.</summary>
    public async Task<T> InvokeAsync<T>(Func<HttpClient, Task<T>> invocation)
    {
        ArgumentNullException.ThrowIfNull(invocation);
        lock (_gate)
        {
            if (_invocations++ == 0)
            {
                Signal(Continue);
            }
        }

        try
        {
            return await invocation(Http);
        }
        finally
        {
            lock (_gate)
            {
                if (--_invocations == 0)
                {
                    Freeze();
                }
            }
        }
    }

    /// <summary>Ends it as a host does: at once.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        Http.Dispose();
        _process.Dispose();
    }

    private void Freeze() => Signal(Halt);

    private void Signal(int signal)
    {
        if (!_process.HasExited)
        {
            Assert.Equal(0, Kill(_process.Id, signal));
        }
    }

    private void Hear(string? line)
    {
        if (line is not null)
        {
            Said.Enqueue(line);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
