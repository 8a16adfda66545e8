using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Bitrix24Addon.Facts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Bitrix24Addon.Acceptance.Doors;

/// <summary>The commands that this process gives its databases while it is watched.</summary>
internal sealed class DatabaseWork : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly List<IDisposable> _subscriptions = [];
    private readonly List<FactKind> _reads = [];

    public DatabaseWork() => _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));

    public List<string> Commands { get; } = [];

    /// <summary>How often facts of a kind were read.</summary>
    public int ReadsOf(FactKind kind)
    {
        lock (Commands)
        {
            return _reads.Count(k => k == kind);
        }
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
        {
            _subscriptions.Add(value.Subscribe(this));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is CommandExecutedEventData executed)
        {
            lock (Commands)
            {
                Commands.Add(executed.Command.CommandText);
                if (KindReadBy(executed.Command) is { } kind)
                {
                    _reads.Add(kind);
                }
            }
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => _subscriptions.ForEach(s => s.Dispose());

    private static FactKind? KindReadBy(DbCommand command) =>
        command.CommandText.StartsWith("SELECT", StringComparison.Ordinal) && command.CommandText.Contains("FROM \"facts\"", StringComparison.Ordinal)
        && command.Parameters.Cast<DbParameter>().FirstOrDefault(p => p.ParameterName.EndsWith("kind", StringComparison.Ordinal))?.Value is { } kind
            ? (FactKind)Convert.ToInt32(kind, CultureInfo.InvariantCulture)
            : null;
}
