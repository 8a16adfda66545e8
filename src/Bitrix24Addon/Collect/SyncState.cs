using System.Text.Json;
using Bitrix24.Client.Json;
using Bitrix24.Client.Lists;
using Bitrix24.Client.Rows;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using NodaTime;

namespace Bitrix24Addon.Collect;

/// <summary>What one run of a synchronisation knows.</summary>
/// <param name="context">The portal with the settings in force.</param>
/// <param name="settingsVersion">The version of those settings.</param>
/// <param name="isFirst">The history is being read for the first time.</param>
/// <param name="serverTimeMs">The portal's clock at the start of the run, Unix milliseconds.</param>
internal sealed class SyncState(PortalContext context, int settingsVersion, bool isFirst, long serverTimeMs)
{
    // Objects can become visible in the portal a little after the time they carry.
    private static readonly Duration Overlap = Duration.FromMinutes(10);

    private readonly Dictionary<long, string> _names = [];
    private readonly Dictionary<long, string> _zones = [];
    private readonly HashSet<string> _history = [];
    private readonly HashSet<string> _restarted = [];
    private readonly PhoneHasher _phones = new(context.Portal.PhoneKey);

    /// <summary>The portal with the settings that were last seen in force.</summary>
    public PortalContext Context { get; set; } = context;

    /// <summary>The version of those settings.</summary>
    public int SettingsVersion { get; set; } = settingsVersion;

    public int PortalId => Context.Portal.Id;

    /// <summary>By source without a time of change: the last row before those that may still change or get neighbours.</summary>
    public required IReadOnlyDictionary<string, long?> BeforeRecent { get; init; }

    public bool IsFirst { get; } = isFirst;

    public long ServerTimeMs { get; } = serverTimeMs;

    /// <summary>How far each source is committed.</summary>
    public required Dictionary<string, SourceCursorRow> Cursors { get; set; }

    public static Source SourceOf(string queryKey) => Sources.All.Single(s => s.Name == queryKey.Split(':')[0]);

    /// <summary>Whether the reading under a key has a cursor.</summary>
    public static bool HasCursor(string queryKey) => queryKey == SourceOf(queryKey).Name || queryKey == SourceOf(queryKey).EarlyName;

    /// <summary>The share of a list that is read, by its ids.</summary>
    public static double FractionOf(ListPage page) => page.NewestId > 0 ? Math.Min(1, (double)page.LastId / page.NewestId) : 1;

    /// <summary>Takes note that sources are to be read anew in the next run.</summary>
    public void Restart(IEnumerable<string> sources)
    {
        _restarted.UnionWith(sources);
        Cursors = Cursors.Where(c => !_restarted.Contains(c.Key)).ToDictionary();
    }

    /// <summary>Whether a source is to be read anew in the next run.</summary>
    public bool IsRestarted(string queryKey) => _restarted.Contains(queryKey);

    public RowContext RowContext(long readStartedAtMs) => new(Context.Settings, _phones, readStartedAtMs);

    /// <summary>Whether what is read under a key in this run is history, from before we came.</summary>
    public bool IsHistory(string queryKey) => queryKey.Contains(Sources.OlderKey, StringComparison.Ordinal) || _history.Contains(queryKey);

    /// <summary>The lists of this run: history where it is not complete, changes where it is.</summary>
    public IReadOnlyList<ListQuery> Queries()
    {
        var queries = new List<ListQuery>();
        foreach (var source in Sources.All)
        {
            var cursor = Cursors.GetValueOrDefault(source.Name);
            if (source.IsReadWhole)
            {
                queries.Add(source.List);
                MarkHistory(source.Name, IsFirst);
            }
            else if (cursor is not { Complete: true })
            {
                queries.Add(source.History(cursor?.AfterId ?? 0, Context.Portal.HistorySinceMs));
                MarkHistory(source.Name, true);
            }
            else if (source.ChangedField is not null)
            {
                queries.Add(source.Changed((cursor.ReadThroughMs ?? 0) - (long)Overlap.TotalMilliseconds));
            }
            else
            {
                queries.Add(source.History(
                    Math.Min(cursor.AfterId, BeforeRecent.GetValueOrDefault(source.Name) ?? cursor.AfterId), Context.Portal.HistorySinceMs));
            }

            var early = Cursors.GetValueOrDefault(source.EarlyName);
            if (source.Early is not null && Context.Portal.HistorySinceMs is { } since && early is not { Complete: true })
            {
                queries.Add(source.EarlyHistory(early?.AfterId ?? 0, since));
                MarkHistory(source.EarlyName, true);
            }
        }

        return queries;
    }

    /// <summary>The cursor of a source after a page of it.</summary>
    public SourceCursorRow Advance(SourceCursorRow? known, ListPage page, Func<JsonElement, bool> isUnreadable)
    {
        var source = SourceOf(page.QueryKey);

        // Rows that are read again were counted before.
        var unreadable = page.Rows.Count(row => isUnreadable(row) && Rows.Id(row, source.List.List.IdRowField) > (known?.AfterId ?? 0));
        var complete = known is { Complete: true };
        var readThrough = page.IsLast && page.Error is null
            ? (complete ? ServerTimeMs : Context.Portal.HistoryStartedAtMs)
            : known?.ReadThroughMs;
        return new SourceCursorRow
        {
            Source = page.QueryKey,

            // Where changes are read by time, the cursor of the history stays at its end.
            AfterId = complete && source.ChangedField is not null ? known!.AfterId : Math.Max(page.LastId, known?.AfterId ?? 0),
            NewestId = Math.Max(page.NewestId, known?.NewestId ?? 0),
            Complete = complete || (page.IsLast && page.Error is null),
            ReadThroughMs = readThrough,
            Unreadable = (known?.Unreadable ?? 0) + unreadable,

            // Only comparing ids can tell that what vanished is there again.
            Failure = page.Error?.Kind.ToString() ?? (known?.Failure == PortalSync.TooMuchGone ? known.Failure : null),
        };
    }

    public void RememberNames(IEnumerable<JsonElement> users)
    {
        foreach (var user in users.Select(u => u.As(Bitrix24JsonContext.Default.User)))
        {
            if (user is not null)
            {
                _names[user.Id] = string.Join(' ', new[] { user.Name, user.LastName }.Where(n => !string.IsNullOrWhiteSpace(n)));
                if (!string.IsNullOrWhiteSpace(user.TimeZone))
                {
                    _zones[user.Id] = user.TimeZone;
                }
            }
        }
    }

    /// <summary>Payments read and not yet applied.</summary>
    public List<Payment> Payments { get; } = [];

    /// <summary>When the reading of payments started, Unix milliseconds.</summary>
    public long PaymentsReadStartedAtMs { get; private set; } = long.MaxValue;

    /// <summary>Deals and invoices that changed since the last run: types and ids.</summary>
    public HashSet<(long TypeId, long Id)> ChangedOwners { get; } = [];

    /// <summary>Sets payments aside, and takes note of items whose payments may have changed.</summary>
    public void Remember(ListPage page, Source source, long readStartedAtMs)
    {
        if (source.Kind == FactKind.Payment)
        {
            Payments.AddRange(page.Rows.Select(row => row.As(Bitrix24JsonContext.Default.Payment)).OfType<Payment>());
            PaymentsReadStartedAtMs = Math.Min(PaymentsReadStartedAtMs, readStartedAtMs);
        }
        else if (source.Kind is FactKind.Deal or FactKind.Invoice && !IsHistory(page.QueryKey))
        {
            ChangedOwners.UnionWith(page.Rows.Select(row => (source.Kind == FactKind.Deal ? 2L : 31L, Rows.Id(row, source.List.List.IdRowField))));
        }
    }

    public PortalDirectory DirectoryWithNames() => Context.Directory with
    {
        UserNames = _names.Count > 0 ? _names : Context.Directory.UserNames,
        UserTimeZones = _names.Count > 0 ? _zones : Context.Directory.UserTimeZones,
    };

    private void MarkHistory(string queryKey, bool isHistory)
    {
        if (isHistory)
        {
            _history.Add(queryKey);
        }
    }
}
