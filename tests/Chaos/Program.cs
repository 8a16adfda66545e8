using Bitrix24Addon.Functions.Cli;
using Bitrix24Addon.Schedule;
using Chaos;
using NodaTime;

// `SEED ROUNDS DATABASE DATABASE` looks into a run: both databases are empty, connection strings as the add-on takes them.
if (args is [var seed, var rounds, var undisturbed, var disturbed])
{
    ChaosPlan Plan(string database, bool isDisturbed) => new(
        int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture), int.Parse(rounds, System.Globalization.CultureInfo.InvariantCulture), database, isDisturbed) { Log = Console.WriteLine };
    var expected = await ChaosRun.RunAsync(Plan(undisturbed, isDisturbed: false), CancellationToken.None);
    var actual = await ChaosRun.RunAsync(Plan(disturbed, isDisturbed: true), CancellationToken.None);
    foreach (var line in actual.Lost(expected).Select(line => "lost " + line).Concat(actual.Doubled(expected).Select(line => "doubled " + line)))
    {
        Console.WriteLine(line);
    }

    Console.WriteLine($"{expected.Facts.Count} facts, {expected.Figures.Count} figures, {expected.Verdicts.Count} verdicts, {expected.Effects.Count} effects, {actual.Counted.Count} counted");
    return 0;
}

// The add-on's program on a clock that another process keeps, with short leases. Its settings are those of the environment. It ends with who started it.
using var clock = new FollowedClock(args[0]);
_ = Task.Run(() =>
{
    Console.In.ReadToEnd();
    Environment.Exit(1);
});
return await AddonProgram.RunAsync(
    ["serve"],
    listening: urls => Console.WriteLine(AddonProcess.Listening + urls.First()),
    clock: new SharedClock(clock.Time, SharedTime.Pace),
    timings: new WorkTimings
    {
        Interval = TimeSpan.FromMilliseconds(100),
        Lease = Duration.FromTimeSpan(AddonProcess.Lease),
        OutboxLease = Duration.FromTimeSpan(AddonProcess.Lease),
        Sending = 0.8 * AddonProcess.Lease,
        TokensLease = Duration.FromTimeSpan(AddonProcess.Lease),
    });
