using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using NodaTime;

namespace Bitrix24Addon.Demo;

/// <summary>What happens, told in plain words.</summary>
/// <param name="texts">The person's language.</param>
/// <param name="portal">The portal.</param>
/// <param name="addon">The add-on.</param>
/// <param name="clock">Their clock.</param>
/// <param name="day">The day that is played.</param>
internal sealed partial class DemoStory(Texts texts, SimulatedPortal portal, DemoAddon addon, TimeProvider clock, DemoDay day)
{
    private const long SalesDepartment = 10;
    private const int FirstHour = 9;
    private const int LastHour = 20;
    private static readonly string Rule = Path.Combine(AppContext.BaseDirectory, "examples", "norm-calls-demo.json");
    private static readonly string[] Metrics = ["calls_over_30s", "missed_calls", "leads_processed", "proposals_sent", "deals_won"];

    private readonly int _day = PortalDays.ToDay(day.Date);

    /// <summary>What else can be tried.</summary>
    public IEnumerable<string> Commands
    {
        get
        {
            var (from, to) = (PortalDays.ToIso(PortalDays.ToDay(day.Date.PlusDays(-6))), PortalDays.ToIso(_day));
            return
            [
                "doctor", $"report --from {from} --to {to} --by day", "rules list",
                $"what-if --rule examples/norm-calls-demo.json --from {from} --to {to}", "settings show",
            ];
        }
    }

    /// <summary>The add-on is installed, reads the history and gets a norm.</summary>
    public async Task InstallAsync(CancellationToken cancellationToken)
    {
        Tell("Demo.started", portal.BaseAddress, texts.Date(day.Date));
        await addon.StartAsync(cancellationToken);
        var door = addon.InstallationDoor;
        if (await portal.InstallAsync(door, cancellationToken: cancellationToken) is var status && status != HttpStatusCode.OK)
        {
            throw new ProblemException("Demo.not_installed", door, (int?)status ?? 0);
        }

        Tell("Demo.installed", door);
        await addon.SpeakAsync(texts.Culture.TwoLetterISOLanguageName, cancellationToken);
        var told = 0;
        await addon.UntilAsync(
            async () =>
            {
                if (await addon.FactsAsync(cancellationToken) is var facts && facts != told)
                {
                    Tell("Demo.reading", told = facts);
                }

                return (await addon.PortalAsync(cancellationToken)).HistoryCompleteAtMs is not null;
            },
            cancellationToken);
        Tell("Demo.read", portal.Counters.Commands.GetValueOrDefault("event.bind"));
        await addon.RunAsync(["rules", "put", Rule], cancellationToken);
    }

    /// <summary>The department works; every hour is told.</summary>
    public async Task PlayDayAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine();
        Tell("Demo.day_begins");
        var playing = portal.PlayOperationsAsync(day.ToCome, cancellationToken: cancellationToken);
        for (var hour = FirstHour; hour <= LastHour; hour++)
        {
            if (day.At(new LocalTime(hour, 0)) - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, clock, cancellationToken);
                await TellHourAsync(cancellationToken);
            }
        }

        await playing;
        await portal.WaitForDeliveryAsync(cancellationToken);
    }

    /// <summary>At two in the morning the day is closed; what follows from it is told.</summary>
    public async Task CloseDayAsync(CancellationToken cancellationToken)
    {
        Tell("Demo.night");
        await addon.UntilAsync(() => addon.IsClosedAsync(_day, cancellationToken), cancellationToken);
        await TellHourAsync(cancellationToken);
        var verdicts = await addon.VerdictsAsync(cancellationToken);
        Tell("Demo.closed", verdicts.GetValueOrDefault("met"), verdicts.GetValueOrDefault("below"), verdicts.GetValueOrDefault("noVerdict"));
        foreach (var (name, task) in await addon.TasksAsync(cancellationToken))
        {
            Tell("Demo.task", name, task.Title, AtMoscow(DateTimeOffset.FromUnixTimeMilliseconds(task.DeadlineAtMs)));
        }

        foreach (var message in portal.Messages)
        {
            Console.WriteLine();
            var receiver = await addon.NameAsync(long.Parse(message.DialogId, CultureInfo.InvariantCulture), cancellationToken);
            Tell("Demo.message", receiver, message.File?.Name, message.File?.Content.Length);
            Console.WriteLine("    " + Tags().Replace(message.Text, "").Trim().ReplaceLineEndings(Environment.NewLine + "    "));
        }

        Console.WriteLine();
        await addon.RunAsync(["report", "--from", PortalDays.ToIso(_day), "--to", PortalDays.ToIso(_day), "--department", $"{SalesDepartment}"], cancellationToken);
    }

    /// <summary>Where to look now.</summary>
    public void Invite(string database)
    {
        Console.WriteLine();
        Tell("Demo.look", portal.ParentPageAddress, portal.BaseAddress, database);
        Console.WriteLine();
    }

    private async Task TellHourAsync(CancellationToken cancellationToken)
    {
        var figures = await addon.FiguresAsync(SalesDepartment, _day, cancellationToken);
        object[] amounts = [.. Metrics.Select(code => MetricCatalogue.ByCode[code]).Select(metric => metric.InWords(figures.ValueOf(metric), texts))];
        Tell(
            "Demo.hour", AtMoscow(clock.GetUtcNow()), portal.Counters.EventsDelivered, await addon.FactsAsync(cancellationToken),
            texts.Get("Demo.figures", amounts));
    }

    private DateTimeOffset AtMoscow(DateTimeOffset moment) => moment.ToOffset(day.Start.Offset);

    private void Tell(string key, params object?[] arguments) => Console.WriteLine(texts.Get(key, arguments));

    /// <summary>Tags of BB codes.</summary>
    [GeneratedRegex(@"\[/?[A-Za-z]+\]")]
    private static partial Regex Tags();
}
