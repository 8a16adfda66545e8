using System.Globalization;
using Bitrix24.PortalSimulator;
using Bitrix24.PortalSimulator.Timeline;

var options = new PortalSimulatorOptions { Port = 8024 };
for (var index = 0; index < args.Length; index++)
{
    var value = index + 1 < args.Length ? args[index + 1] : "";
    switch (args[index])
    {
        case "--port" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535:
            options.Port = port;
            index++;
            break;
        case "--timeline" when value.Length > 0:
            options.TimelinePath = value;
            index++;
            break;
        case "--shift":
            options.ShiftTimeline = true;
            break;
        case "--no-limits":
            options.WithoutLimits();
            break;
        default:
            return Usage();
    }
}
if (options.ShiftTimeline && options.TimelinePath is null)
{
    return Usage();
}
try
{
    await using var portal = await SimulatedPortal.StartAsync(options);
    Console.WriteLine(portal.WebhookUrl);
    using var stop = new CancellationTokenSource();
    Console.CancelKeyPress += (_, pressed) =>
    {
        pressed.Cancel = true;
        stop.Cancel();
    };
    using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(
        System.Runtime.InteropServices.PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    return 0;
}
catch (Exception exception) when (exception is TimelineException or IOException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}

static int Usage()
{
    Console.Error.WriteLine("--port N, --timeline FILE [--shift], --seed N, --no-limits");
    return 2;
}
