using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Reports;
using Spectre.Console;

namespace Bitrix24Addon.Functions.Cli;

/// <summary>A report on the screen: the main columns of people, departments and the whole, then what is known to be incomplete.</summary>
internal sealed class ReportTable(Terminal terminal)
{
    // Text and not markup everywhere: names are CRM data and may hold brackets.
    private const int NameWidth = 28;
    private const int ColumnWidth = 11;

    private static readonly string[] Columns =
    [
        MetricCatalogue.CallsOut, MetricCatalogue.CallsConnected, MetricCatalogue.CallsOver30S, MetricCatalogue.TalkSeconds,
        MetricCatalogue.MissedCalls, MetricCatalogue.MissedReturned, MetricCatalogue.Meetings, MetricCatalogue.ProposalsCreated,
        MetricCatalogue.ProposalsSent, MetricCatalogue.LeadsProcessed, MetricCatalogue.DealsWon, MetricCatalogue.WonSum,
        MetricCatalogue.TasksClosed, MetricCatalogue.TasksClosedLate, MetricCatalogue.WorkSeconds,
    ];

    private Texts Texts => terminal.Texts;

    /// <summary>Prints a report; as many columns side by side as the screen is wide.</summary>
    public void Show(Report report, bool byDay)
    {
        Terminal.Print(Texts.Get(
            "Cli.report_title", report.Portal.Portal.Host, Texts.Date(PortalDays.ToDate(report.Request.FromDay)),
            Texts.Date(PortalDays.ToDate(report.Request.ToDay)), report.Portal.Zone.Id, report.Portal.Directory.BaseCurrency));
        var room = Math.Max(3, (terminal.Output.Profile.Width - NameWidth) / ColumnWidth);
        foreach (var columns in Columns.Chunk(room))
        {
            ShowColumns(report, byDay, columns);
        }

        var notes = report.Completeness.SelectMany(
            source => CompletenessNotes.InWords(source.Value, report.Portal.Zone, Texts),
            (source, note) => (Source: Texts.Get($"Sources.{source.Key}"), Note: note));
        foreach (var note in notes.GroupBy(n => n.Note, n => n.Source))
        {
            Terminal.Print(Texts.Get("Cli.note", string.Join(", ", note), note.Key));
        }
    }

    private void ShowColumns(Report report, bool byDay, string[] columns)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn(new TableColumn(new Text(Texts.Get("Cli.column_name"))));
        if (byDay)
        {
            table.AddColumn(new TableColumn(new Text(Texts.Get("Cli.column_day"))));
        }

        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(Texts.Get($"Cli.column_{column}"))).RightAligned());
        }

        foreach (var user in report.Users)
        {
            AddRows(table, user.Name, user.Line, byDay, columns);
        }

        table.AddEmptyRow();
        foreach (var department in report.Departments)
        {
            AddRows(table, department.Name, department.Line, byDay, columns);
        }

        AddRows(table, Texts.Get("Cli.row_unattributed"), report.Unattributed, byDay, columns);
        AddRows(table, Texts.Get("Cli.row_total"), report.Total, byDay, columns);
        terminal.Output.Write(table);
    }

    private void AddRows(Table table, string name, ReportLine line, bool byDay, string[] columns)
    {
        if (byDay)
        {
            foreach (var (day, figures) in line.Days.Where(d => !d.Value.IsEmpty))
            {
                table.AddRow([new Text(name), new Text(PortalDays.ToIso(day)), .. columns.Select(c => Cell(figures, c))]);
            }
        }
        else
        {
            table.AddRow([new Text(name), .. columns.Select(c => Cell(line.Total, c))]);
        }
    }

    private Text Cell(FigureSet figures, string code)
    {
        var metric = MetricCatalogue.ByCode[code];
        return new Text(figures.ValueOf(metric) switch
        {
            null => "–",
            { } seconds when metric.Unit == MetricUnit.Seconds => Texts.HoursMinutesSeconds((long)seconds),
            { } value => value.ToString("#,##0.##", Texts.Culture),
        });
    }
}
