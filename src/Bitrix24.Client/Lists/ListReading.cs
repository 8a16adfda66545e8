using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Lists;

/// <summary>How far one list has been read: plans its commands of the next batch and takes their outcomes.</summary>
internal sealed class ListReading(ListQuery query, string prefix, TimeProvider time)
{
    private const int MaxFailuresInARow = 10;
    private const int MaxFaultsInARow = 2;

    // Ids of neighbouring rows may be denser than those the estimate was made from.
    private const double DensityReserve = 1.25;

    // The newest rows and the first page: together they tell how long the list is, wherever its filter makes it begin.
    private const int FirstCommands = 2;

    private readonly string _newestKey = $"{prefix}_newest";
    private readonly List<string> _pageKeys = [];
    private long _lastId = query.AfterId;
    private long _newestId;
    private double _newestRowsPerId = 1;
    private double _rowsPerId = 1;
    private int _failures;
    private bool _isChainless;

    public ListQuery Query => query;

    /// <summary>True when the newest rows were asked for, so that the length of the list can be estimated.</summary>
    public bool IsStarted { get; private set; } = query.IsOnePage;

    public bool IsEnded { get; private set; }

    /// <summary>Before this instant the portal would only refuse again.</summary>
    public DateTimeOffset ResumeAt { get; private set; }

    /// <summary>How many commands the list can use in the next batch, at least one.</summary>
    public int CommandsWanted => IsStarted ? PagesLeft() : FirstCommands;

    /// <summary>Leaves the list out of batches until the instant.</summary>
    public void WaitUntil(DateTimeOffset instant) => ResumeAt = instant;

    /// <summary>So many commands for the next batch, each page hanging on the one before it.</summary>
    public List<KeyValuePair<string, RestCall>> Plan(int count)
    {
        _pageKeys.Clear();
        var commands = new List<KeyValuePair<string, RestCall>>();
        if (!IsStarted)
        {
            commands.Add(new(_newestKey, query.Page(_lastId, isNewestFirst: true)));
        }

        while (commands.Count < count)
        {
            var key = $"{prefix}_{_pageKeys.Count}";
            JsonNode after = _pageKeys.Count == 0 ? _lastId : query.List.LastIdReference(_pageKeys[^1]);
            commands.Add(new(key, query.Page(after, isNewestFirst: false)));
            _pageKeys.Add(key);
        }

        return commands;
    }

    /// <summary>Takes the outcomes of the planned commands; null when nothing came that the caller should see.</summary>
    public ListPage? Take(IReadOnlyDictionary<string, CommandOutcome> outcomes)
    {
        if (!IsStarted)
        {
            var ended = TakeNewest(outcomes[_newestKey], _pageKeys.Count > 0 ? outcomes[_pageKeys[0]] : null);
            if (!IsStarted || IsEnded)
            {
                return ended;
            }
        }

        var rows = new List<JsonElement>();
        foreach (var key in _pageKeys)
        {
            // Whatever came after a page that failed or was not full hung on a reference that leads nowhere, and is not looked at.
            if (Rows(outcomes[key], out var error) is not { } page)
            {
                return IsChainLoss(error!, rows) ? WithoutChain(rows) : Fail(error!, rows);
            }

            if (TakeIds(page) is { } disorder)
            {
                return rows.Count > 0 && !_isChainless ? WithoutChain(rows) : End(rows, disorder);
            }

            rows.AddRange(page);
            if (query.IsOnePage)
            {
                return End(rows, null);
            }

            if (page.Count < ListMethod.PageSize)
            {
                // A short page below the newest id is not the end: the portal may have left out rows it does not show.
                return page.Count == 0 || _lastId >= _newestId ? End(rows, null) : Progress(rows);
            }
        }

        return Progress(rows);
    }

    /// <summary>
    /// A reference to the page before may lead nowhere on a portal that writes lists as maps. What came is good, and the next batch
    /// begins with the id itself; a real fault shows itself there.
    /// </summary>
    private bool IsChainLoss(Bitrix24Error error, List<JsonElement> rows) => rows.Count > 0 && !_isChainless && !error.IsRetryable;

    private ListPage? WithoutChain(List<JsonElement> rows)
    {
        _isChainless = true;
        return Progress(rows);
    }

    private ListPage? TakeNewest(CommandOutcome outcome, CommandOutcome? firstPage)
    {
        if (Rows(outcome, out var error) is not { } newest)
        {
            return Fail(error!, []);
        }

        var ids = newest.Select(Id).ToArray();
        for (var index = 0; index < ids.Length; index++)
        {
            if (ids[index] is not { } id || id <= _lastId || (index > 0 && id >= ids[index - 1]))
            {
                return End([], Disorder("The newest rows did not come with falling ids above the last one read."));
            }
        }

        IsStarted = true;
        if (newest.Count < ListMethod.PageSize && HoldsAll(ids, firstPage))
        {
            // So few that these are all; they came newest first.
            _lastId = newest.Count == 0 ? _lastId : ids[0]!.Value;
            return End([.. newest.Reverse()], null);
        }

        _newestId = ids.Length > 0 ? ids[0]!.Value : 0;
        if (ids.Length == 0)
        {
            return null;
        }

        _rowsPerId = _newestRowsPerId = (double)newest.Count / (_newestId - ids[^1]!.Value + 1);
        return null;
    }

    /// <summary>A portal may leave rows it does not show out of a page, so a short page alone does not mean that there are no others.</summary>
    private bool HoldsAll(long?[] newestIds, CommandOutcome? firstPage) => firstPage is null
        ? newestIds.Length == 0
        : Rows(firstPage, out _) is not { } oldest || !oldest.Select(Id).Except(newestIds).Any();

    private int PagesLeft()
    {
        if (_isChainless)
        {
            return 1;
        }

        var range = Math.Max(_newestId - _lastId, 0);

        // One more than the whole pages: it finds the end, and rows that came since.
        var atMost = (range / ListMethod.PageSize) + 1;
        var likely = (range * _rowsPerId * DensityReserve / ListMethod.PageSize) + 1;
        return (int)Math.Clamp(Math.Min(atMost, Math.Ceiling(likely)), 1, Bitrix24Client.MaxBatchCommands);
    }

    private IReadOnlyList<JsonElement>? Rows(CommandOutcome outcome, out Bitrix24Error? error)
    {
        error = outcome.Error;
        if (outcome.Answer is not { } answer)
        {
            error ??= Bitrix24Error.CommandNotRun;
            return null;
        }

        var rows = query.List.Rows(answer.Result);
        if (rows is null)
        {
            error = new Bitrix24Error(Bitrix24ErrorKind.NotAnAnswer, "CLIENT_NO_ROWS", "The result has no rows where the method keeps them.");
        }

        return rows;
    }

    private Bitrix24Error? TakeIds(IReadOnlyList<JsonElement> page)
    {
        var lastId = _lastId;
        foreach (var row in page)
        {
            if (Id(row) is not { } id || id <= lastId)
            {
                return Disorder("A row came whose id is not above the last one read.");
            }

            lastId = id;
        }

        if (page.Count > 1 && Id(page[0]) is { } first)
        {
            // What lies ahead is somewhere between the rows here and those at the end.
            _rowsPerId = (_newestRowsPerId + ((double)page.Count / (lastId - first + 1))) / 2;
        }

        _lastId = lastId;
        return null;
    }

    private long? Id(JsonElement row) => Lenient.ReadInteger(AnswerReader.Property(row, query.List.IdRowField));

    private Bitrix24Error Disorder(string description) => new(
        Bitrix24ErrorKind.ListNotAdvancing, "CLIENT_LIST_NOT_ADVANCING", $"{query.List.Method.Name}: {description}");

    private ListPage? Fail(Bitrix24Error error, List<JsonElement> rows)
    {
        if (rows.Count > 0)
        {
            _failures = 0;
        }

        var most = error.Kind is Bitrix24ErrorKind.ServerFault or Bitrix24ErrorKind.CommandNotRun ? MaxFaultsInARow : MaxFailuresInARow;
        if (!error.IsRetryable || ++_failures > most)
        {
            return End(rows, error);
        }

        ResumeAt = error.RetryAt ?? time.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(Math.Pow(2, _failures - 1), 30));
        return rows.Count > 0 ? new ListPage(query.Key, rows, _lastId, IsLast: false, _newestId) : null;
    }

    private ListPage? Progress(List<JsonElement> rows)
    {
        _failures = 0;
        return rows.Count == 0 ? null : new ListPage(query.Key, rows, _lastId, IsLast: false, _newestId);
    }

    private ListPage End(List<JsonElement> rows, Bitrix24Error? error)
    {
        IsEnded = true;
        return new ListPage(query.Key, rows, _lastId, IsLast: error is null, _newestId, error);
    }
}
