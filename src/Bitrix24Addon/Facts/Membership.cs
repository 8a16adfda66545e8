namespace Bitrix24Addon.Facts;

/// <summary>Who belonged to which department on which day, as far as it was seen; before the installation, as at the installation.</summary>
internal sealed class Membership
{
    private readonly Dictionary<long, List<Fact<UserFact>>> _users;
    private readonly Dictionary<long, List<Fact<DepartmentFact>>> _departments;
    private readonly PortalDays _days;
    private readonly IReadOnlyDictionary<long, long> _heads;
    private readonly Dictionary<(long UserId, int Day), IReadOnlySet<long>> _known = [];

    private Membership(
        Dictionary<long, List<Fact<UserFact>>> users, Dictionary<long, List<Fact<DepartmentFact>>> departments, PortalDays days,
        IReadOnlyDictionary<long, long> heads)
    {
        _users = users;
        _departments = departments;
        _days = days;
        _heads = heads;
    }

    /// <summary>Departments as last seen; closed ones stay, past days belong to them.</summary>
    public IReadOnlyDictionary<long, DepartmentFact> Departments => _departments.ToDictionary(d => d.Key, d => d.Value[^1].Data);

    /// <param name="facts">Departments and people.</param>
    /// <param name="heads">Who heads a department instead of its own head, by department id.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<Membership> ReadAsync(FactReader facts, IReadOnlyDictionary<long, long> heads, CancellationToken cancellationToken) => new(
        await facts.VersionsAsync<UserFact>(FactKind.User, null, cancellationToken, withDeleted: true).ConfigureAwait(false),
        await facts.VersionsAsync<DepartmentFact>(FactKind.Department, null, cancellationToken, withDeleted: true).ConfigureAwait(false),
        facts.Days,
        heads);

    /// <summary>People who work here on a day: active, in some department, and known before the day was over: who comes later did not work here yet.</summary>
    public IEnumerable<long> ActiveOn(int day) =>
        _users.Where(u => (u.Value[0].KnownAtMs is not { } known || known < _days.EndOf(day)) && On(u.Value, day).Data is { Active: true, Departments.Count: > 0 }).Select(u => u.Key);

    /// <summary>A person's departments on a day, with all above them; each once, however many ways lead there.</summary>
    public IReadOnlySet<long> Of(long userId, int day)
    {
        if (!_known.TryGetValue((userId, day), out var all))
        {
            var found = new HashSet<long>();
            if (_users.TryGetValue(userId, out var versions))
            {
                foreach (var department in On(versions, day).Data.Departments)
                {
                    found.UnionWith(Upwards(department, day));
                }
            }

            _known[(userId, day)] = all = found;
        }

        return all;
    }

    /// <summary>The departments a person belongs to himself on a day.</summary>
    public IReadOnlyList<long> DirectOf(long userId, int day) =>
        _users.TryGetValue(userId, out var versions) ? On(versions, day).Data.Departments : [];

    /// <summary>
    /// The departments a person belongs to on a day, directly or from above, nearest first: how many levels each lies above the nearest
    /// department of his own that it is reached from. Of equally near ones the lower id goes first.
    /// </summary>
    public IReadOnlyList<(long DepartmentId, int LevelsAbove)> NearestOf(long userId, int day) =>
    [
        .. DirectOf(userId, day).SelectMany(own => Upwards(own, day).Select((id, above) => (DepartmentId: id, LevelsAbove: above)))
            .GroupBy(d => d.DepartmentId, d => d.LevelsAbove).Select(g => (DepartmentId: g.Key, LevelsAbove: g.Min()))
            .OrderBy(d => d.LevelsAbove).ThenBy(d => d.DepartmentId),
    ];

    /// <summary>Whether anybody with this id was ever seen.</summary>
    public bool Knows(long userId) => _users.ContainsKey(userId);

    /// <summary>Whether somebody was seen and works here no more.</summary>
    public bool IsDismissed(long userId) => _users.TryGetValue(userId, out var user) && !user[^1].Data.Active;

    /// <summary>A department's head on a day, when he works here.</summary>
    public long? HeadOf(long departmentId, int day) =>
        _departments.TryGetValue(departmentId, out var versions) ? WhoWorks(HeadIn(departmentId, On(versions, day)), day) : null;

    /// <summary>The same by the portal alone, whomever the settings name.</summary>
    public long? HeadByPortal(long departmentId, int day) =>
        _departments.TryGetValue(departmentId, out var versions) ? WhoWorks(On(versions, day).Data.HeadId, day) : null;

    /// <summary>The departments a person heads, as last seen; none when he works here no more.</summary>
    public IReadOnlySet<long> HeadedBy(long userId) => _users.TryGetValue(userId, out var user) && user[^1].Data.Active
        ? _departments.Where(d => HeadIn(d.Key, d.Value[^1]) == userId).Select(d => d.Key).ToHashSet()
        : new HashSet<long>();

    /// <summary>A department and all above it on a day, nearest first.</summary>
    public IEnumerable<long> Upwards(long departmentId, int day)
    {
        var seen = new HashSet<long>();
        for (long? id = departmentId; id is { } current && _departments.TryGetValue(current, out var versions) && seen.Add(current);)
        {
            yield return current;
            id = On(versions, day).Data.ParentId;
        }
    }

    private long? WhoWorks(long? userId, int day) => userId is { } user && _users.TryGetValue(user, out var versions) && On(versions, day).Data.Active ? user : null;

    private long? HeadIn(long departmentId, Fact<DepartmentFact> version) => _heads.TryGetValue(departmentId, out var named) ? named : version.Data.HeadId;

    private Fact<T> On<T>(List<Fact<T>> versions, int day)
        where T : FactPayload
    {
        var end = _days.EndOf(day);
        return versions.LastOrDefault(v => v.KnownAtMs is null || v.KnownAtMs < end) ?? versions[0];
    }
}
