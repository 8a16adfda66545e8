namespace Bitrix24.Client.Batches;

/// <summary>
/// Calls that belong together: they go in one batch, in this order, and each may refer to earlier ones of the group by
/// <c>$result[key][path]</c> (classic REST). Source: settings/how-to-call-rest-api/batch.md, api-reference/rest-v3.md.
/// </summary>
public sealed record CallGroup
{
    /// <summary>Puts calls together.</summary>
    /// <param name="commands">1 to 50 calls with their keys, which are ASCII letters, digits and underscores and unique in the group.</param>
    /// <param name="halt">True to stop the group at its first error; its later calls are then not run. Classic REST only.</param>
    /// <exception cref="ArgumentException">The calls cannot go in one batch.</exception>
    public CallGroup(IReadOnlyList<KeyValuePair<string, RestCall>> commands, bool halt = false)
    {
        ArgumentNullException.ThrowIfNull(commands);
        BatchRules.Check([.. commands.Select(command => command.Value)], commands.Count > 0 ? commands[0].Value.Method.Version : RestVersion.Classic);
        BatchRules.CheckKeys(commands);
        if (halt && commands[0].Value.Method.Version == RestVersion.V3)
        {
            throw new ArgumentException("A batch of REST 3.0 cannot be stopped at an error.", nameof(halt));
        }

        Commands = commands;
        Halt = halt;
    }

    /// <summary>A call that stands by itself; one that batches do not allow is sent by itself.</summary>
    /// <param name="call">The call.</param>
    /// <exception cref="ArgumentException">The call has an idempotency key that cannot be sent.</exception>
    public CallGroup(RestCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        RestCall.CheckIdempotencyKey(call);
        Commands = [new("0", call)];
    }

    /// <summary>The calls with their keys.</summary>
    public IReadOnlyList<KeyValuePair<string, RestCall>> Commands { get; }

    /// <summary>Whether the group stops at its first error.</summary>
    public bool Halt { get; }
}

/// <summary>What became of a group.</summary>
/// <param name="Group">The group.</param>
/// <param name="Outcomes">The outcome of each of its calls, in their order.</param>
public sealed record GroupOutcome(CallGroup Group, IReadOnlyList<CommandOutcome> Outcomes)
{
    /// <summary>The outcome of one call.</summary>
    /// <param name="key">Its key.</param>
    /// <exception cref="KeyNotFoundException">The group has no such key.</exception>
    public CommandOutcome this[string key]
    {
        get
        {
            for (var index = 0; index < Outcomes.Count; index++)
            {
                if (Group.Commands[index].Key == key)
                {
                    return Outcomes[index];
                }
            }

            throw new KeyNotFoundException($"The group has no command '{key}'.");
        }
    }
}
