namespace Bitrix24.Client.Lists;

/// <summary>What the next batch shall hold. Nothing is asked for before <see cref="Build"/>, so a plan may be dropped.</summary>
/// <param name="client">The client to send it with.</param>
/// <param name="most">The most commands it may hold.</param>
/// <param name="mayReadAhead">Whether rows may be read that cannot be given out at once.</param>
/// <param name="mayFill">Whether they may to fill a batch that is sent anyway.</param>
internal sealed class BatchPlan(Bitrix24Client client, int most, bool mayReadAhead, bool mayFill)
{
    public const string RiderPrefix = "x_";

    private readonly Dictionary<string, int> _byMethod = new(StringComparer.Ordinal);
    private double _secondsLeft = client.Options.BatchSeconds;

    public DateTimeOffset Now { get; } = client.Time.GetUtcNow();

    public List<Piece> Pieces { get; } = [];

    public List<KeyValuePair<string, RestCall>> Riders { get; } = [];

    public int Commands { get; private set; }

    /// <summary>A list wants more than there is room for.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Whether rows may be read that cannot be given out at once: a batch that is sent anyway shall not carry a few commands only.</summary>
    public bool MayReadAhead => mayReadAhead || (mayFill && Commands > 0);

    /// <summary>How many commands of the method find room; the first finds it always.</summary>
    public int Room(string method)
    {
        var affordable = (int)Math.Min(_secondsLeft / Mean(method), most);
        var room = Math.Min(most - Commands, Commands == 0 ? Math.Max(affordable, 1) : affordable);
        IsFull |= room < 1;
        return room;
    }

    public void AddRider(KeyValuePair<string, RestCall> rider)
    {
        Riders.Add(rider);
        Count(rider.Value.Method.Name, 1);
    }

    /// <summary>Adds a piece unless its method has used up its time: that must not hold up the lists of the others.</summary>
    public bool TryAdd(Piece piece)
    {
        var method = piece.Reading.Query.List.Method.Name;
        var ready = client.Operating.ReadyAt(method, _byMethod.GetValueOrDefault(method) + piece.Pages, Now);
        if (ready > Now)
        {
            piece.Reading.WaitUntil(ready);
            return false;
        }

        Pieces.Add(piece);
        Count(method, piece.Pages);
        return true;
    }

    /// <summary>Lengthens chains where there is room left, so that an estimate that was too low costs no further request.</summary>
    public void Extend()
    {
        foreach (var piece in Pieces)
        {
            var method = piece.Reading.Query.List.Method.Name;
            var more = Math.Min(piece.MostPages - piece.Pages, Room(method));
            if (more > 0 && client.Operating.ReadyAt(method, _byMethod[method] + more, Now) <= Now)
            {
                piece.Pages += more;
                Count(method, more);
            }
        }
    }

    /// <summary>Writes the commands and marks their stretches as asked for.</summary>
    public List<KeyValuePair<string, RestCall>> Build()
    {
        var commands = new List<KeyValuePair<string, RestCall>>(Commands);
        commands.AddRange(Riders.Select(rider => KeyValuePair.Create(RiderPrefix + rider.Key, rider.Value)));
        foreach (var piece in Pieces)
        {
            piece.Reading.Ask(piece, commands);
        }

        return commands;
    }

    private double Mean(string method) => Math.Max(client.Operating.MeanSeconds(method), 0.001);

    private void Count(string method, int commands)
    {
        _byMethod[method] = _byMethod.GetValueOrDefault(method) + commands;
        _secondsLeft -= commands * Mean(method);
        Commands += commands;
        IsFull |= Commands >= most;
    }
}
