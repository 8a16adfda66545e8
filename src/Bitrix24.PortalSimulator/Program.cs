using System.Globalization;
using System.Resources;
using Bitrix24.PortalSimulator;
using Bitrix24.PortalSimulator.Timeline;

var texts = new ResourceManager("Bitrix24.PortalSimulator.Resources.CommandLine", typeof(SimulatedPortal).Assembly);
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
        case "--seed" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed):
            options.Seed = seed;
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
if (options.TimelinePath is null ? options.ShiftTimeline : options.Seed is not null)
{
    return Usage();
}
if (options.TimelinePath is null)
{
    options.Seed ??= 1;
}
try
{
    await using var portal = await SimulatedPortal.StartAsync(options);
    Console.WriteLine(string.Format(CultureInfo.CurrentCulture, texts.GetString("Ready", CultureInfo.CurrentUICulture)!, portal.WebhookUrl, portal.BaseAddress));
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

int Usage()
{
    Console.Error.WriteLine(texts.GetString("Usage", CultureInfo.CurrentUICulture));
    return 2;
}
