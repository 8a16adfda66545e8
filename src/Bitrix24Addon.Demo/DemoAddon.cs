using System.Net;
using System.Net.Sockets;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Functions.Cli;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Demo;

/// <summary>The add-on as the demonstration runs it: the program itself serving in this process, and a look into its database.</summary>
internal sealed class DemoAddon : IAsyncDisposable
{
    /// <summary>So many of <see cref="Settings"/> another terminal needs.</summary>
    public const int SettingsOfOtherTerminals = 6;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly AddonStorage _storage;
    private readonly PortalRegistry _registry;
    private readonly ReportBuilder _reports;
    private readonly SharedClock _clock;
    private Task<int> _serving = Task.FromResult(0);

    /// <param name="portal">The portal in which it will be installed.</param>
    /// <param name="database">The SQLite file.</param>
    /// <param name="clock">The clock it shares with the portal.</param>
    public DemoAddon(SimulatedPortal portal, string database, SharedClock clock)
    {
        _clock = clock;
        Address = new Uri($"http://127.0.0.1:{FreePort()}/");
        Settings = new Dictionary<string, string?>
        {
            ["Storage:ConnectionString"] = $"Data Source={database}",
            ["Bitrix24:ClientId"] = portal.Options.ClientId,
            ["Bitrix24:ClientSecret"] = portal.Options.ClientSecret,
            ["Bitrix24:OAuthServer"] = portal.OAuthServerAddress.ToString(),
            ["Bitrix24:AllowInsecureLoopback"] = "true",

            // Whatever this machine is otherwise used for, here everything stays on it.
            ["Bitrix24:WebhookUrl"] = "",
            ["App:PublicUrl"] = Address.ToString(),
            ["Bitrix24:OutgoingWebhookToken"] = "",
            ["Bitrix24:AppCode"] = "",
            ["Security:KeyRing"] = "",
            ["App:BackgroundWork"] = "",
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
            ["urls"] = Address.ToString(),
            ["Logging:LogLevel:Default"] = "Warning",
        };
        (portal.Options.ApplicationUrl, portal.Options.InstallationUrl) = (new Uri(Address, "bitrix24/app"), InstallationDoor);
        _storage = new AddonStorage(Settings["Storage:ConnectionString"]!);
        _registry = new PortalRegistry(_storage, clock);
        _reports = new ReportBuilder(_storage, _registry);
    }

    /// <summary>Where it listens, ending with a slash.</summary>
    public Uri Address { get; }

    /// <summary>Where the portal posts the installation.</summary>
    public Uri InstallationDoor => new(Address, "bitrix24/install");

    /// <summary>Its configuration; what another terminal needs of it comes first.</summary>
    public Dictionary<string, string?> Settings { get; }

    /// <summary>Serves until it is disposed of.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _serving = Task.Run(() => AddonProgram.RunAsync(["serve"], Settings, _ => listening.TrySetResult(), _clock, cancellationToken: _stop.Token), CancellationToken.None);
        if (await Task.WhenAny(listening.Task, _serving).WaitAsync(cancellationToken) == _serving)
        {
            throw new ProblemException("Demo.serve_ended");
        }
    }

    /// <summary>Runs a verb of the program, as another terminal would.</summary>
    /// <exception cref="ProblemException">It did not end well; it has said why.</exception>
    public async Task RunAsync(string[] commandLine, CancellationToken cancellationToken)
    {
        if (await AddonProgram.RunAsync(commandLine, Settings, clock: _clock, cancellationToken: cancellationToken) != 0)
        {
            throw new ProblemException("Demo.verb_failed", string.Join(' ', commandLine));
        }
    }

    /// <summary>Looks again and again until something is so.</summary>
    /// <exception cref="ProblemException">It does not become so, or the add-on does not serve any more.</exception>
    public async Task UntilAsync(Func<Task<bool>> isSo, CancellationToken cancellationToken)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            if (_serving.IsCompleted || TimeProvider.System.GetElapsedTime(startedAt) > Patience)
            {
                throw new ProblemException(_serving.IsCompleted ? "Demo.serve_ended" : "Demo.stalled");
            }

            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>The portal in which it is installed.</summary>
    public async Task<PortalRow> PortalAsync(CancellationToken cancellationToken)
    {
        await using var db = _storage.Open();
        return await db.Portals.AsNoTracking().SingleAsync(cancellationToken);
    }

    /// <summary>Sets it up as an administrator would: reports and messages speak a language, all else is as it comes.</summary>
    public async Task SpeakAsync(string language, CancellationToken cancellationToken) =>
        await _registry.PutSettingsAsync(await PortalAsync(cancellationToken), new PortalSettings { Language = language }, cancellationToken);

    /// <summary>How many facts it knows.</summary>
    public async Task<int> FactsAsync(CancellationToken cancellationToken)
    {
        await using var db = _storage.Open();
        return await db.Facts.IgnoreQueryFilters().CountAsync(cancellationToken);
    }

    /// <summary>A department's figures of a day, from its report.</summary>
    public async Task<FigureSet> FiguresAsync(long departmentId, int day, CancellationToken cancellationToken)
    {
        var report = await _reports.BuildAsync(
            await PortalAsync(cancellationToken), new ReportRequest(day, day, DepartmentId: departmentId), ReportAsker.Operator, cancellationToken, withEvidence: false);
        return report.Departments.Single(d => d.DepartmentId == departmentId).Line.Total;
    }

    /// <summary>Whether a day is closed and everything that follows from it is carried out or parked.</summary>
    public async Task<bool> IsClosedAsync(int day, CancellationToken cancellationToken)
    {
        await using var db = _storage.Open((await PortalAsync(cancellationToken)).Id);
        return await db.ClosedDays.AnyAsync(d => d.Day == day, cancellationToken)
            && !await db.Effects.AnyAsync(e => e.State == EffectState.Pending || e.State == EffectState.Sending || e.State == EffectState.Unknown, cancellationToken);
    }

    /// <summary>How many verdicts there are of each outcome.</summary>
    public async Task<IReadOnlyDictionary<string, int>> VerdictsAsync(CancellationToken cancellationToken)
    {
        await using var db = _storage.Open((await PortalAsync(cancellationToken)).Id);
        return await db.Verdicts.GroupBy(v => v.Outcome).ToDictionaryAsync(g => g.Key, g => g.Count(), cancellationToken);
    }

    /// <summary>The name of a person.</summary>
    public async Task<string> NameAsync(long userId, CancellationToken cancellationToken) =>
        PortalDirectory.Parse((await PortalAsync(cancellationToken)).Directory).NameOf(userId);

    /// <summary>The tasks it has created, with the person's name.</summary>
    public async Task<IReadOnlyList<(string Name, CreateTask Task)>> TasksAsync(CancellationToken cancellationToken)
    {
        var portal = await PortalAsync(cancellationToken);
        var directory = PortalDirectory.Parse(portal.Directory);
        await using var db = _storage.Open(portal.Id);
        var done = await db.Effects.Where(e => e.State == EffectState.Done).OrderBy(e => e.Id).Select(e => e.Document).ToListAsync(cancellationToken);
        return [.. done.Select(Outbox.Read).OfType<CreateTask>().Select(task => (directory.NameOf(task.ResponsibleId), task))];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _stop.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
