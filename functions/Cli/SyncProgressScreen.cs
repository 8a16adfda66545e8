using Bitrix24Addon.Collect;
using NodaTime;
using Spectre.Console;

namespace Bitrix24Addon.Functions.Cli;

/// <summary>Shows how far a synchronisation is: bars where a person watches, a line now and then where nobody does.</summary>
internal static class SyncProgressScreen
{
    private static readonly Duration BetweenLines = Duration.FromSeconds(5);

    public static Task<SyncResult> ShowAsync(Addon addon, Func<IProgress<SyncProgress>, Task<SyncResult>> work) =>
        addon.Terminal.Progress is { } console
            ? console.Progress().Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
                .StartAsync(bars => work(new Bars(bars, addon.Texts)))
            : work(new Lines(addon));

    private static string Describe(Texts texts, SyncProgress progress) =>
        texts.Get("Cli.progress", texts.Get($"Sources.{progress.Source.Split(':')[0]}"), progress.Rows);

    private sealed class Bars(ProgressContext context, Texts texts) : IProgress<SyncProgress>
    {
        private readonly Dictionary<string, ProgressTask> _bars = [];

        public void Report(SyncProgress value)
        {
            var source = value.Source.Split(':')[0];
            if (!_bars.TryGetValue(source, out var bar))
            {
                _bars[source] = bar = context.AddTask(source);
            }

            bar.Description = Markup.Escape(Describe(texts, value));
            bar.Value = value.Fraction * bar.MaxValue;
        }
    }

    private sealed class Lines(Addon addon) : IProgress<SyncProgress>
    {
        private readonly Dictionary<string, long> _lastAt = [];

        public void Report(SyncProgress value)
        {
            var now = addon.Time.GetTimestamp();
            var source = value.Source.Split(':')[0];
            var isDue = !_lastAt.TryGetValue(source, out var last) || addon.Time.GetElapsedTime(last, now) >= BetweenLines.ToTimeSpan();
            if (isDue || value.Fraction >= 1)
            {
                _lastAt[source] = now;
                addon.Terminal.Say(addon.Texts.Get("Cli.progress_line", Describe(addon.Texts, value), value.Fraction));
            }
        }
    }
}
