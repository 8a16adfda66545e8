using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using Bitrix24.Client;
using Bitrix24.Client.Lists;

namespace Benchmarks;

/// <summary>When how many rows were there: of a reading, or of a perfect client.</summary>
internal sealed class Course
{
    private readonly List<(double Seconds, int Rows)> _steps = [];

    public int Rows => _steps.Count == 0 ? 0 : _steps[^1].Rows;

    /// <summary>Seconds until the last rows came.</summary>
    public double Seconds => _steps[^1].Seconds;

    /// <summary>The course of full batches that are answered as soon as they are sent.</summary>
    public static Course Of(IReadOnlyList<DateTimeOffset> sent)
    {
        var course = new Course();
        foreach (var time in sent)
        {
            course.Add((time - sent[0]).TotalSeconds, BulkLists.RowsPerRequest);
        }

        return course;
    }

    public void Add(double seconds, int moreRows) => _steps.Add((seconds, Rows + moreRows));

    /// <summary>Rows that were there at a moment.</summary>
    public int RowsAt(double seconds) => _steps.LastOrDefault(step => step.Seconds <= seconds).Rows;

    /// <summary>Rows a second from the last ones before a moment to the last ones before another.</summary>
    public double RateBetween(double from, double to)
    {
        var (first, last) = (_steps.Last(step => step.Seconds < from), _steps.Last(step => step.Seconds < to));
        return (last.Rows - first.Rows) / (last.Seconds - first.Seconds);
    }

    /// <summary>Rows a second from the moment when so many were there.</summary>
    public double RateFrom(int rows)
    {
        var first = _steps.First(step => step.Rows >= rows);
        return (Rows - first.Rows) / (Seconds - first.Seconds);
    }
}

/// <summary>What a reading of lists brought: when, and whether each row came once.</summary>
internal sealed class ReadingLog(TimeProvider time, IReadOnlyList<ListQuery> queries)
{
    private readonly long _began = time.GetTimestamp();
    private readonly Dictionary<string, ListLog> _lists = queries.ToDictionary(query => query.Key, query => new ListLog(query.List, query.AfterId));

    public Course Course { get; } = new();

    public void Note(ListBatch batch)
    {
        if (batch.Pages.FirstOrDefault(page => page.Error is not null) is { Error: { } error } failed)
        {
            throw new Bitrix24Exception(failed.QueryKey, error);
        }

        foreach (var page in batch.Pages)
        {
            _lists[page.QueryKey].Note(page.Rows);
        }

        Course.Add(time.GetElapsedTime(_began).TotalSeconds, batch.Pages.Sum(page => page.Rows.Count));
    }

    /// <summary>Rows that are missing or came more than once.</summary>
    /// <param name="expected">How many rows each list has, in the order of the queries.</param>
    public int Faults(params IReadOnlyList<int> expected) => queries.Zip(expected, (query, rows) => _lists[query.Key].Faults(rows)).Sum();

    private sealed class ListLog(ListMethod list, long afterId)
    {
        private int _rows;
        private int _rising;
        private long _lastId = afterId;

        public void Note(IReadOnlyList<JsonElement> rows)
        {
            foreach (var row in rows)
            {
                _rows++;
                if (RowId.Of(row, list) is var id && id > _lastId)
                {
                    _rising++;
                    _lastId = id;
                }
            }
        }

        // Ids that rise are different ones, so as many as there are rows are all.
        public int Faults(int expected) => Math.Abs(expected - _rising) + (_rows - _rising);
    }
}

/// <summary>The id of a row, read without allocating.</summary>
internal static class RowId
{
    /// <exception cref="FormatException">The row has no whole number for its id.</exception>
    public static long Of(JsonElement row, ListMethod list)
    {
        var id = JsonMarshal.GetRawUtf8Value(row.GetProperty(list.IdRowField)).Trim((byte)'"');
        return Utf8Parser.TryParse(id, out long number, out var length) && length == id.Length
            ? number
            : throw new FormatException($"A row of {list.Method.Name} has no whole number for its id.");
    }
}
