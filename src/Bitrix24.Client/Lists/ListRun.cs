using System.Runtime.ExceptionServices;

namespace Bitrix24.Client.Lists;

/// <summary>One reading: the batches under way and what is left to ask for.</summary>
internal sealed class ListRun : IAsyncDisposable
{
    // Requests that wait for the portal's limits keep it busy; more of them would only be planned on older knowledge and stand in others' way.
    private const int MostWaiting = 4;

    private readonly Bitrix24Client _client;
    private readonly ListReading[] _readings;
    private readonly List<KeyValuePair<string, RestCall>> _riders;
    private readonly Dictionary<string, CommandOutcome> _ridden = new(StringComparer.Ordinal);
    private readonly List<Flight> _flights = [];
    private readonly CancellationTokenSource _stop;
    private DateTimeOffset _ridersAskedAt = DateTimeOffset.MaxValue;
    private ExceptionDispatchInfo? _failure;
    private bool _hasAnswers;
    private int _mostCommands = Bitrix24Client.MaxBatchCommands;

    // While a single command finds out whether a portal that broke off is there at all: how many to ask for afterwards.
    private int? _mostAfterProbe;
    private int _turn;

    public ListRun(
        Bitrix24Client client, IReadOnlyList<ListQuery> queries, IReadOnlyList<KeyValuePair<string, RestCall>> riders, CancellationToken cancellationToken)
    {
        _client = client;
        _readings = [.. queries.Select(query => new ListReading(query, client.Time))];
        _riders = [.. riders];
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    private IEnumerable<Flight> Waiting => _flights.Where(flight => !flight.Departure.Left.IsCompleted);

    private int MostBatches => _client.Options.ListBatches ?? _client.Bucket.Size.Threshold;

    /// <summary>Sends what there is to ask for, as much at a time as is of use. A batch that is not full waits while others may bring more.</summary>
    public void Send()
    {
        while (_failure is null && _flights.Count < (_mostAfterProbe is null ? MostBatches : 1) && Waiting.Count() < MostWaiting)
        {
            _stop.Token.ThrowIfCancellationRequested();
            var plan = Plan();
            if (plan.Commands == 0 || (!plan.IsFull && _flights.Count > 0))
            {
                return;
            }

            if (!plan.IsFull)
            {
                plan.Extend();
            }

            _riders.RemoveRange(0, plan.Riders.Count);
            var commands = plan.Build();
            var departure = new Departure();
            _turn++;
            var answer = _client.BatchAsync(commands, halt: false, isSplittable: commands.Count > 1, faultsBefore: 0, _stop.Token, departure);
            _flights.Add(new Flight(answer, plan, departure, IsProbe: _mostAfterProbe is not null));
        }
    }

    /// <summary>What can be given out now, or null.</summary>
    public ListBatch? Deliver()
    {
        var pages = _readings.Select(reading => reading.Deliver()).OfType<ListPage>().ToArray();
        if (pages.Length == 0 && _ridden.Count == 0)
        {
            return null;
        }

        var askedAt = pages.Select(page => page.AskedAt).Append(_ridersAskedAt).Min();
        var ridden = new Dictionary<string, CommandOutcome>(_ridden, StringComparer.Ordinal);
        _ridden.Clear();
        _ridersAskedAt = DateTimeOffset.MaxValue;
        return new ListBatch(pages, ridden, askedAt);
    }

    /// <summary>Waits until something came or a limit may be over; false when all is read.</summary>
    /// <exception cref="Bitrix24Exception">A whole batch failed, and nothing before it is missing any more.</exception>
    public async Task<bool> WaitAsync()
    {
        if (_flights.Count > 0)
        {
            // As soon as one that waited is sent, there may be another to be sent.
            var waiting = Waiting.Select(flight => flight.Departure.Left).ToArray();
            await Task.WhenAny(_flights.Select(flight => flight.Answer).Concat(waiting.Length < MostWaiting ? [] : waiting));
            foreach (var flight in _flights.Where(flight => flight.Answer.IsCompleted).ToArray())
            {
                _flights.Remove(flight);
                await TakeAsync(flight);
            }

            return true;
        }

        _failure?.Throw();
        var going = _readings.Where(reading => !reading.IsEnded).ToArray();
        if (going.Length == 0)
        {
            return _riders.Count > 0;
        }

        var wait = going.Min(reading => reading.ResumeAt) - _client.Time.GetUtcNow();
        await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(Math.Ceiling(wait.TotalMilliseconds), 1)), _client.Time, _stop.Token);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();

        // Nobody waits for these any more, hence nobody is told how they ended.
        await ((Task)Task.WhenAll(_flights.Select(flight => flight.Answer))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private BatchPlan Plan()
    {
        var held = _flights.Count + (_readings.Sum(reading => (long)reading.RowsHeld) / (Bitrix24Client.MaxBatchCommands * ListMethod.PageSize));
        var most = MostBatches;
        var plan = new BatchPlan(_client, _mostCommands, held < most, held < most + 1 + (most / 4));
        foreach (var rider in _riders.TakeWhile(rider => plan.Room(rider.Value.Method.Name) > 0))
        {
            plan.AddRider(rider);
        }

        // Lists of whose length nothing is known come first; the others take turns.
        var turned = _readings.Skip(_turn % Math.Max(_readings.Length, 1)).Concat(_readings.Take(_turn % Math.Max(_readings.Length, 1)));
        foreach (var reading in turned.OrderByDescending(reading => reading.IsNew))
        {
            reading.Plan(plan);
        }

        return plan;
    }

    private async Task TakeAsync(Flight flight)
    {
        Dictionary<string, CommandOutcome> outcomes;
        try
        {
            outcomes = await flight.Answer;
        }
        catch (Bitrix24Exception exception)
        {
            Lose(flight, exception);
            return;
        }

        // What left before the portal broke off says nothing of it.
        if (_mostAfterProbe is null || flight.IsProbe)
        {
            _hasAnswers = true;
            (_mostCommands, _mostAfterProbe) = (_mostAfterProbe ?? _mostCommands, null);
        }

        foreach (var rider in flight.Plan.Riders)
        {
            _ridden[rider.Key] = outcomes[BatchPlan.RiderPrefix + rider.Key];
            _ridersAskedAt = flight.AskedAt < _ridersAskedAt ? flight.AskedAt : _ridersAskedAt;
        }

        foreach (var piece in flight.Plan.Pieces)
        {
            piece.Reading.Take(piece, outcomes, flight.AskedAt);
        }
    }

    /// <summary>A batch that was too much is asked for again in smaller ones; whose single command is too much has its list ended.</summary>
    private void Lose(Flight flight, Bitrix24Exception exception)
    {
        var commands = flight.Plan.Commands;
        var isOutage = IsOutage(exception.Error);
        var isTooMuch = isOutage
            ? _hasAnswers || commands > _mostCommands
            : exception.Error is { IsTimeout: true } or { Kind: Bitrix24ErrorKind.NotAnAnswer or Bitrix24ErrorKind.BatchRefused };
        if (isTooMuch && commands == 1 && _hasAnswers && flight.Plan.Pieces is [var single])
        {
            single.Reading.Abandon(single, exception.Error, flight.AskedAt);
            return;
        }

        foreach (var piece in flight.Plan.Pieces)
        {
            piece.Reading.Lose(piece);
        }

        _riders.AddRange(flight.Plan.Riders);
        if (isTooMuch && commands > 1 && isOutage)
        {
            _mostAfterProbe = Math.Min(_mostAfterProbe ?? _mostCommands, commands / 2);
            (_mostCommands, _hasAnswers) = (1, false);
        }
        else if (isTooMuch && commands > 1)
        {
            _mostCommands = Math.Min(_mostCommands, commands / 2);
        }
        else
        {
            _failure ??= ExceptionDispatchInfo.Capture(exception);
        }
    }

    /// <summary>The portal, or the way to it, may be down; what it says of a batch alone it says in time and in its own words.</summary>
    private static bool IsOutage(Bitrix24Error error) =>
        error is { Code: Bitrix24Error.BrokenCode } or { IsTimeout: false, Kind: Bitrix24ErrorKind.NotAnAnswer, HttpStatus: >= 500 };

    private sealed record Flight(Task<Dictionary<string, CommandOutcome>> Answer, BatchPlan Plan, Departure Departure, bool IsProbe)
    {
        public DateTimeOffset AskedAt => Departure.SentAt ?? Plan.Now;
    }
}
