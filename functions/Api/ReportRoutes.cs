using System.Globalization;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using NodaTime;

namespace Bitrix24Addon.Functions.Api;

/// <summary>
/// <c>/api/reports/*</c>: what the dashboard and "My day" show. Whose figures somebody may see is decided by <see cref="ReportAsker"/>, also to the day;
/// what is not his is refused.
/// </summary>
internal static class ReportRoutes
{
    private const string WorkbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static void Map(PageApi api, Cli.Addon addon)
    {
        var board = new DashboardBuilder(addon.Storage, addon.Time);
        var norms = new NormBoard(addon.Storage, addon.Time);
        var heatmaps = new HeatmapBuilder(addon.Storage);
        var funnels = new FunnelBuilder(addon.Storage);
        var records = new RecordFinder(addon.Storage);
        var days = new MyDayReader(addon.Storage, addon.Time);
        api.MapGet("reports/dashboard", async (visitor, context) =>
        {
            var query = new PageQuery(context);
            var request = new DashboardRequest(
                query.Day("from"), query.Day("to"), query.Text("metric") ?? MetricCatalogue.CallsOver30S, query.Id("department"), (int)(query.Id("courseDays") ?? 14));
            var dashboard = await board.BuildAsync(visitor.Portal, request, AskerOf(visitor), context.RequestAborted);
            var standings = await norms.ReadAsync(visitor.Portal, request.FromDay, request.ToDay, dashboard.Holds, context.RequestAborted);
            return ReportAnswers.Of(dashboard, standings, visitor.Texts);
        });
        api.MapGet("reports/completeness", async (visitor, context) =>
        {
            var query = new PageQuery(context);
            return ReportAnswers.Of(await addon.Reports.CompletenessAsync(visitor.Portal, query.Day("from"), query.Day("to"), context.RequestAborted), visitor.Texts);
        });
        api.MapGet("reports/heatmap", async (visitor, context) =>
        {
            var query = new PageQuery(context);
            return ReportAnswers.Of(await heatmaps.BuildAsync(
                visitor.Portal, query.Scope(), query.Choice("calls", HeatmapCalls.All), AskerOf(visitor), context.RequestAborted));
        });
        api.MapGet("reports/funnel", async (visitor, context) => ReportAnswers.Of(
            await funnels.BuildAsync(visitor.Portal, new PageQuery(context).Scope(), AskerOf(visitor), context.RequestAborted), visitor.Texts));
        api.MapGet("reports/records", async (visitor, context) =>
        {
            var query = new PageQuery(context);
            var page = (int)(query.Id("page") ?? 1);
            var found = query.Hour() is { } hour
                ? await records.FindCallsAsync(
                    visitor.Portal, query.Choice("calls", HeatmapCalls.All), hour, query.Scope(), page, AskerOf(visitor), context.RequestAborted)
                : await records.FindAsync(
                    visitor.Portal, query.Text("metric") ?? "", query.Share(), query.Scope(), page, AskerOf(visitor), context.RequestAborted);
            return ReportAnswers.Of(found, visitor.Texts);
        });
        api.MapGet("reports/workbook", async (visitor, context) =>
        {
            // A file of a part would pass for the whole, so who may not see the whole company names whom he wants.
            var request = new PageQuery(context).Scope();
            request.RequirePeriod();
            var report = await addon.Reports.BuildAsync(visitor.Portal, request, AskerOf(visitor), context.RequestAborted);
            return Results.File(ReportWorkbook.Write(report, visitor.Texts), WorkbookType, ReportWorkbook.FileName(report));
        });
        api.MapGet("reports/my-day", async (visitor, context) =>
        {
            var day = await days.ReadAsync(visitor.Portal, visitor.UserId, context.RequestAborted);
            var standings = await norms.ReadAsync(
                visitor.Portal, day.Week.Keys.Min(), day.Today, (user, _) => user == visitor.UserId, context.RequestAborted);
            return ReportAnswers.Of(day, standings, visitor.Texts);
        });
    }

    /// <summary>The visitor as reports know him.</summary>
    internal static ReportAsker AskerOf(Visitor visitor) =>
        visitor.IsAdministrator ? ReportAsker.Administrator(visitor.UserId) : ReportAsker.Person(visitor.UserId);

    /// <summary>What a page asks in the address.</summary>
    private sealed class PageQuery(HttpContext context)
    {
        public string? Text(string name) => context.Request.Query[name] is [{ Length: > 0 } text] ? text : null;

        public int Day(string name) => PageApi.DayOf(Text(name));

        public long? Id(string name) => Text(name) is not { } text ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id is > 0 and <= int.MaxValue
                ? id
                : throw new ProblemException("Reports.bad_parameter", name, text);

        public T Choice<T>(string name, T standard)
            where T : struct, Enum =>
            Text(name) is not { } text ? standard
            : Enum.TryParse<T>(text, ignoreCase: true, out var chosen) && Enum.IsDefined(chosen) && !int.TryParse(text, out _)
                ? chosen
                : throw new ProblemException("Reports.bad_parameter", name, text);

        private int Number(string name, int least, int most) =>
            int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? number
                : throw new ProblemException("Reports.bad_parameter", name, Text(name) ?? "");

        /// <summary>A cell of a heatmap; null where none is named.</summary>
        public HeatmapHour? Hour()
        {
            if (Text("weekday") is null && Text("hour") is null)
            {
                return null;
            }

            // Calls stand in it, of whatever tier.
            foreach (var name in new[] { "metric", "tier" })
            {
                if (Text(name) is { } text)
                {
                    throw new ProblemException("Reports.bad_parameter", name, text);
                }
            }

            return new HeatmapHour((IsoDayOfWeek)Number("weekday", 1, 7), Number("hour", 0, 23));
        }

        /// <summary>A part of a step of the funnel; null where none is named.</summary>
        public TierShare? Share() => Text("tier") is not { } text ? null
            : TierShare.All.Where(share => share.Code == text).Select(share => (TierShare?)share).SingleOrDefault() ?? throw new ProblemException("Reports.bad_parameter", "tier", text);

        public ReportRequest Scope() => new(Day("from"), Day("to"), Id("user"), Id("department"));
    }
}
