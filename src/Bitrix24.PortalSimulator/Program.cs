using System.Globalization;
using System.Resources;
using System.Runtime.InteropServices;
using Bitrix24.PortalSimulator;
using Bitrix24.PortalSimulator.Timeline;

var texts = new ResourceManager("Bitrix24.PortalSimulator.Resources.CommandLine", typeof(SimulatedPortal).Assembly);
if (CommandLine.Parse(args) is not { } commandLine)
{
    await Console.Error.WriteLineAsync(texts.GetString("Usage", CultureInfo.CurrentUICulture));
    return 2;
}
using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    await using var portal = await SimulatedPortal.StartAsync(commandLine.Options, stop.Token);
    if (commandLine.CertificatePath is { } certificatePath)
    {
        await File.WriteAllTextAsync(certificatePath, portal.Certificate!.ExportCertificatePem(), stop.Token);
    }
    Say("Ready", portal.WebhookUrl, portal.BaseAddress, portal.OAuthServerAddress, portal.Options.ClientId, portal.Options.ClientSecret, portal.ParentPageAddress);
    if (commandLine.InstallUrl is { } installUrl)
    {
        var status = await portal.InstallAsync(installUrl, cancellationToken: stop.Token);
        Say("Installed", installUrl, (int?)status ?? 0);
    }
    if (portal.Options.TimelineUntil is not null)
    {
        var lines = await portal.PlayAsync(cancellationToken: stop.Token);
        await portal.WaitForDeliveryAsync(stop.Token);
        var counters = portal.Counters;
        Say("Played", lines, counters.EventsDelivered, counters.EventsLost, counters.EventsDuplicated, counters.EventsFailed);
    }
    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}
catch (Exception exception) when (exception is TimelineException or IOException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}

void Say(string name, params object[] values) =>
    Console.WriteLine(string.Format(CultureInfo.CurrentCulture, texts.GetString(name, CultureInfo.CurrentUICulture)!, values));

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
