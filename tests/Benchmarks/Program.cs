using Benchmarks;
using Benchmarks.Collect;
using Benchmarks.Doors;
using Benchmarks.Hosting;
using Benchmarks.Pages;
using Benchmarks.Rules;
using Benchmarks.Schedule;

// Prints one line per figure. An argument chooses the benchmarks whose names contain it; the exit code is 1 when a target is missed.
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
if (args is [Comparison.ReadArgument, var webhook])
{
    await Comparison.ReadAsync(new Uri(webhook), stop.Token);
    return 0;
}

if (args is [DoorAccepts.EmptyEndpoint])
{
    await DoorAccepts.ServeNothingAsync();
    return 0;
}

if (args is [TimerProcess.Argument])
{
    await TimerProcess.RunAsync();
    return 0;
}

IBenchmark[] all =
[
    new OperatingReading(),
    new AllocationReading(),
    new BulkReading("four-lists"),
    new BulkReading("four-lists-slow-portal", "--take-time"),
    new GappedReading(),
    new LongPages(),
    new Comparison(),
    new DoorAccepts(),
    new EventToFigures(),
    new ManyTimers(),
    new WhatIfOverMonths(),
    new DashboardPaint(),
    new FunctionsHosting(),
    new ChaosRounds(),
];
var chosen = all.Where(benchmark => args.Length == 0 || benchmark.Name.Contains(args[0], StringComparison.OrdinalIgnoreCase)).ToList();
if (args.Length > 1 || chosen.Count == 0)
{
    Console.Error.WriteLine($"Usage: tests/bench [FILTER], a part of one of: {string.Join(", ", all.Select(benchmark => benchmark.Name))}");
    return 2;
}

var isMissed = false;
foreach (var benchmark in chosen)
{
    try
    {
        await foreach (var figure in benchmark.MeasureAsync(stop.Token))
        {
            Console.WriteLine(figure);
            isMissed |= !figure.IsMet;
        }
    }
    catch (Exception exception) when (exception is not OperationCanceledException)
    {
        // What cannot be measured is missed; the others still are.
        Console.WriteLine($"{benchmark.Name,-44} MISSED: {exception.Message}");
        await Console.Error.WriteLineAsync(exception.ToString());
        isMissed = true;
    }
}

return isMissed ? 1 : 0;
