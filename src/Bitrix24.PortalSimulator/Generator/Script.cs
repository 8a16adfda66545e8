using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.State;
using Bitrix24.PortalSimulator.Timeline;

namespace Bitrix24.PortalSimulator.Generator;

/// <summary>A record that gets its id when the script is put in order of time.</summary>
internal sealed class Subject(string table)
{
    public string Table => table;

    public long Id { get; set; }
}

/// <summary>Collects what happens in any order and turns it into operations in order of time, with ids that grow as rows appear.</summary>
internal sealed class Script(DateTimeOffset now)
{
    private readonly List<(DateTimeOffset Time, TimelineAction Action, Subject Subject, Func<JsonObject> Fields)> _events = [];

    public Subject Add(DateTimeOffset time, string table, Func<JsonObject> fields, long id = 0)
    {
        var subject = new Subject(table) { Id = id };
        _events.Add((time, TimelineAction.Add, subject, fields));
        return subject;
    }

    public void Update(DateTimeOffset time, Subject subject, Func<JsonObject> fields) =>
        _events.Add((time, TimelineAction.Update, subject, fields));

    /// <summary>What is still to come at "now" is left out.</summary>
    public IReadOnlyList<TimelineOperation> Play()
    {
        var lastIds = new Dictionary<string, long>(StringComparer.Ordinal);
        var result = new List<TimelineOperation>();
        foreach (var (time, action, subject, fields) in _events.Where(happening => happening.Time <= now).OrderBy(happening => happening.Time))
        {
            if (action is TimelineAction.Add && subject.Id == 0)
            {
                subject.Id = lastIds[subject.Table] = lastIds.GetValueOrDefault(subject.Table) + 1;
            }
            result.Add(new TimelineOperation(time, action, subject.Table, subject.Id, fields()));
        }
        return result;
    }

    public static string Iso(DateTimeOffset time) => FieldValue.Iso(time, time.Offset);
}
