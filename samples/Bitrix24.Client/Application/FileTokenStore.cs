using System.Text.Json;
using Bitrix24.Client;

/// <summary>
/// Tokens of one portal in a private file, shared by the processes of one machine. The lease is a lock on a second file: the system
/// gives it back when a process dies. Several machines need a store over their database.
/// </summary>
internal sealed class FileTokenStore(string path) : ITokenStore
{
    public async ValueTask<TokenPair?> ReadAsync(CancellationToken cancellationToken) => (await LoadAsync(cancellationToken))?.Pair;

    /// <summary>Where the portal is called; null before an installation.</summary>
    public async Task<Uri?> EndpointAsync() => (await LoadAsync(CancellationToken.None))?.Endpoint;

    /// <summary>Writes down what an installation or the exchange of a code brought.</summary>
    public Task InstallAsync(RedeemedTokens tokens) => SaveAsync(new Saved(
        new Uri(tokens.ClientEndpoint!), new TokenPair(tokens.MemberId!, tokens.AccessToken!, tokens.RefreshToken!)));

    public ValueTask<ITokenLease?> TryLeaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new(new Lease(this, new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)));
        }
        catch (IOException)
        {
            return new((ITokenLease?)null);
        }
    }

    private async Task<Saved?> LoadAsync(CancellationToken cancellationToken) =>
        File.Exists(path) ? JsonSerializer.Deserialize<Saved>(await File.ReadAllBytesAsync(path, cancellationToken)) : null;

    /// <summary>The new file takes the old one's place in one step, and only its owner may read it.</summary>
    private async Task SaveAsync(Saved saved)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var file = new FileStream(path + ".new", options))
        {
            await JsonSerializer.SerializeAsync(file, saved);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
    }

    private async Task<bool> ReplaceAsync(TokenPair instead, TokenPair next)
    {
        // An installation in the meantime counts for more.
        if (await LoadAsync(CancellationToken.None) is not { } saved || saved.Pair.RefreshToken != instead.RefreshToken)
        {
            return false;
        }

        await SaveAsync(saved with { Pair = next });
        return true;
    }

    private sealed record Saved(Uri Endpoint, TokenPair Pair);

    private sealed class Lease(FileTokenStore store, FileStream held) : ITokenLease
    {
        public Task<bool> StoreAsync(TokenPair spent, RedeemedTokens tokens) =>
            store.ReplaceAsync(spent, new TokenPair(spent.MemberId, tokens.AccessToken!, tokens.RefreshToken!));

        public Task<bool> NoteAsync(TokenPair refused, RenewalFailure failure) => store.ReplaceAsync(refused, refused with { Failure = failure });

        public ValueTask DisposeAsync() => held.DisposeAsync();
    }
}
