namespace Bitrix24.Client;

/// <summary>
/// The operating time of one method: what the portal says it has used, what requests under way will use, what a command costs.
/// Not safe for concurrent use.
/// </summary>
/// <param name="isBatch">
/// It is <c>batch</c> itself, which costs nothing by the documentation: what it costs is learnt if answers tell, but not waited for.
/// </param>
internal sealed class MethodUsage(bool isBatch)
{
    // Of a method whose cost nobody knows yet; the first answer tells it.
    private const int MostRequestsUnknown = 4;
    private const double NewWeight = 0.2;
    private const double Rounding = 1e-9;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MinuteBucket = TimeSpan.FromMinutes(1);

    private readonly LinkedList<Spent> _spent = new();
    private double _sum;

    // What others spent before our first answer: at the reset only its oldest minute leaves, so from then until the next figure nobody knows how much is left.
    private double _doubtful;
    private bool _isAnswered;
    private bool _isKnown;
    private DateTimeOffset _figureAt;
    private double? _meanCost;

    // Answers that have not been told apart from the portal's figure yet, and growth of the figure that belongs to answers still to come:
    // of requests under way together one answer tells what the others cost.
    private int _unchargedCommands;
    private double _unchargedSeconds;
    private double _surplus;
    private DateTimeOffset _resetAt;
    private DateTimeOffset _blockedUntil;
    private int _refusals;
    private int _requestsUnderWay;
    private int _commandsUnderWay;

    public double? MeanDuration { get; private set; }

    public double Used(DateTimeOffset now)
    {
        while (_spent.First is { } oldest && oldest.Value.LeavesAt <= now)
        {
            _doubtful += oldest.Value.IsInherited ? oldest.Value.Seconds : 0;
            _sum -= oldest.Value.Seconds;
            _spent.RemoveFirst();
        }

        return _spent.Count == 0 ? _sum = 0 : _sum;
    }

    /// <summary>Whether a request with so many commands may go now.</summary>
    public bool Fits(DateTimeOffset now, int commands, double limit)
    {
        if (_blockedUntil > now)
        {
            return false;
        }

        if (!_isAnswered && !isBatch)
        {
            return _requestsUnderWay < MostRequestsUnknown;
        }

        // A request that needs more than the whole limit could wait for ever, hence the ceiling.
        var needed = Used(now) + Math.Min(CostOf(commands), limit);
        return needed + CostOf(_commandsUnderWay) + _doubtful <= limit + Rounding

            // One alone finds out what is left of the doubtful.
            || (_requestsUnderWay == 0 && needed <= limit + Rounding);
    }

    /// <summary>When so much will have left the window that the request fits; null when only the end of requests under way can make room.</summary>
    public DateTimeOffset? FitsAt(DateTimeOffset now, int commands, double limit)
    {
        if (_blockedUntil > now)
        {
            return _blockedUntil;
        }

        var left = Used(now) + CostOf(_commandsUnderWay) + Math.Min(CostOf(commands), limit) - limit - Rounding;
        if (left <= 0 || (!_isAnswered && !isBatch))
        {
            return null;
        }

        foreach (var spent in _spent)
        {
            left -= spent.Seconds;
            if (left <= 0)
            {
                return spent.LeavesAt;
            }
        }

        return null;
    }

    /// <summary>Counts a request as under way: its commands count as used at the mean cost that is known at each time.</summary>
    public void Reserve(int commands)
    {
        _requestsUnderWay++;
        _commandsUnderWay += commands;
    }

    public void Release(int commands)
    {
        _requestsUnderWay--;
        _commandsUnderWay -= commands;
    }

    /// <summary>Learns from the answers that one request brought for the method.</summary>
    /// <param name="now">Now.</param>
    /// <param name="sentAt">When the request was sent: of requests under way together the answers come in any order.</param>
    /// <param name="answers">What they cost, in order.</param>
    /// <returns>The operating seconds that these and unnoticed earlier answers used.</returns>
    public double Observe(DateTimeOffset now, DateTimeOffset sentAt, IReadOnlyCollection<AnswerTime> answers)
    {
        (_refusals, _isAnswered) = (0, true);
        foreach (var duration in answers.Select(answer => answer.Duration).OfType<double>())
        {
            MeanDuration = Blend(MeanDuration, duration, 1);
        }

        var believed = Used(now);
        if (answers.MaxBy(answer => answer.Operating) is not { Operating: { } figure } last)
        {
            _doubtful = 0;
            return 0;
        }

        _unchargedCommands += answers.Count;
        _unchargedSeconds += answers.Sum(answer => answer.Duration ?? double.PositiveInfinity);
        var each = GrowthWithin(answers);
        var growth = figure - believed;

        // At the same instant, too: nobody can tell then which of the two the portal worked first, and what is freed by mistake is used twice.
        if (growth <= 0 && sentAt <= _figureAt)
        {
            return Charge(each);
        }

        // The portal's clock may differ from ours. When the answers came it was later than when it began the first of them.
        var behind = now - (answers.Min(answer => answer.DateStart) ?? now);
        (_figureAt, _resetAt) = (now, last.OperatingResetAt + behind ?? default);
        var leavesAt = LeavesAt(now, (last.DateFinish ?? last.DateStart ?? now) + behind);
        var own = growth > 0 ? Grow(now, growth, each, leavesAt) : Forget(-growth, answers.Count, leavesAt);
        (_isKnown, _doubtful) = (true, 0);
        return own;
    }

    public DateTimeOffset Refused(DateTimeOffset now)
    {
        // Every later command of a batch is refused too; that is one refusal.
        if (_blockedUntil > now)
        {
            return _blockedUntil;
        }

        // The refusal carries no time block: the last good answer's reset counts, then the next minute bucket.
        var earliest = now + LeastPause * Math.Pow(2, Math.Min(_refusals, 3));
        var next = _resetAt > now ? _resetAt : _resetAt != default ? now + MinuteBucket : earliest;
        _refusals++;
        _blockedUntil = next > earliest ? next : earliest;
        return _blockedUntil;
    }

    private static double Blend(double? mean, double value, int count) =>
        mean is { } old ? old + ((1 - Math.Pow(1 - NewWeight, count)) * (value - old)) : value;

    /// <summary>
    /// By how much the figure grew with each command of a request: what left the window meanwhile is not in it, and others' work not beyond what the commands
    /// took. Zero for one command, and where the portal tells one figure for all.
    /// </summary>
    private static double GrowthWithin(IReadOnlyCollection<AnswerTime> answers) => answers.Count < 2 ? 0 : Math.Min(
        (answers.Max(answer => answer.Operating) - answers.Min(answer => answer.Operating) ?? 0) / (answers.Count - 1),
        answers.Sum(answer => answer.Duration ?? double.PositiveInfinity) / answers.Count);

    private double CostOf(int commands) => commands * (_meanCost ?? 0);

    /// <summary>
    /// When what was spent until an instant leaves the window: whole minutes leave it, and a whole number of them lies between the ends of
    /// any two. Without a reset nothing tells when a minute begins.
    /// </summary>
    private DateTimeOffset LeavesAt(DateTimeOffset now, DateTimeOffset spentAt)
    {
        var untilReset = _resetAt - spentAt;
        return _resetAt > now && untilReset <= Window
            ? _resetAt + (Math.Floor((Window - untilReset) / MinuteBucket) * MinuteBucket)
            : now + Window;
    }

    private double Grow(DateTimeOffset now, double growth, double each, DateTimeOffset leavesAt)
    {
        _surplus += growth;
        var own = Charge(each);
        var isInherited = (!_isKnown || _doubtful > 0) && _resetAt > now && _resetAt < now + Window;
        if (!_isKnown || _doubtful > 0)
        {
            _surplus = 0;
        }

        var inherited = isInherited ? Math.Max(growth - own, 0) : 0;
        Spend(new Spent(leavesAt, growth - inherited, false));
        if (inherited > 0)
        {
            Spend(new Spent(_resetAt, inherited, true));
        }

        return own;
    }

    /// <summary>Learns what a command costs. The growth may be the work of another process under the same application, hence it is never more than our calls took.</summary>
    private double Charge(double each)
    {
        var own = Math.Min(_surplus, _unchargedSeconds);
        if (own <= Rounding)
        {
            return 0;
        }

        _meanCost = Blend(_meanCost, Math.Max(own / _unchargedCommands, each), _unchargedCommands);
        _surplus -= own;
        (_unchargedCommands, _unchargedSeconds) = (0, 0);
        return own;
    }

    private void Spend(Spent spent)
    {
        _sum += spent.Seconds;
        var before = _spent.Last;
        while (before is not null && before.Value.LeavesAt > spent.LeavesAt)
        {
            before = before.Previous;
        }

        // What is answered at about the same time leaves together.
        if (before is { Value: var near } && near.IsInherited == spent.IsInherited && spent.LeavesAt - near.LeavesAt < TimeSpan.FromSeconds(1))
        {
            before.Value = near with { LeavesAt = spent.LeavesAt, Seconds = near.Seconds + spent.Seconds };
        }
        else if (before is null)
        {
            _spent.AddFirst(spent);
        }
        else
        {
            _spent.AddAfter(before, spent);
        }
    }

    /// <summary>
    /// The portal counts less than was believed, although it counts these commands and maybe others under way: by so much more the oldest is gone.
    /// What these answers cost cannot be told then.
    /// </summary>
    private double Forget(double seconds, int commands, DateTimeOffset leavesAt)
    {
        var fresh = Math.Min(Math.Max(CostOf(_commandsUnderWay) - _surplus, CostOf(commands)), _sum - seconds);
        (_unchargedCommands, _unchargedSeconds, _surplus) = (0, 0, Math.Max(_surplus + fresh - CostOf(commands), 0));
        for (var gone = seconds + fresh; gone > Rounding && _spent.First is { } oldest;)
        {
            var part = Math.Min(gone, oldest.Value.Seconds);
            gone -= part;
            _sum -= part;
            _spent.RemoveFirst();
            if (part < oldest.Value.Seconds)
            {
                _spent.AddFirst(oldest.Value with { Seconds = oldest.Value.Seconds - part });
            }
        }

        if (fresh > 0)
        {
            Spend(new Spent(leavesAt, fresh, false));
        }

        return 0;
    }

    private readonly record struct Spent(DateTimeOffset LeavesAt, double Seconds, bool IsInherited);
}
