using System.Security.Cryptography;
using Bitrix24Addon.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace Bitrix24Addon.Portals;

/// <summary>
/// Encrypts what must not be readable in the database. A text is encrypted for one portal: with another portal's name it cannot be
/// read. The keys lie in a folder of their own, because whoever has database and keys has the tokens.
/// </summary>
public sealed class KeyRing
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly Lazy<IDataProtectionProvider> _provider;
    private readonly string? _folder;

    /// <summary>Creates the ring; nothing is opened yet.</summary>
    /// <param name="folder">Where the keys lie: beside the SQLite file by default; null where there is no such place.</param>
    public KeyRing(string? folder)
    {
        _folder = folder;
        _provider = new Lazy<IDataProtectionProvider>(Open);
    }

    /// <summary>The folder that is configured, else <c>keys</c> beside the SQLite file; PostgreSQL has no such place.</summary>
    /// <param name="configured"><c>Security:KeyRing</c>.</param>
    /// <param name="storage">The database.</param>
    public static KeyRing Of(string? configured, AddonStorage storage)
    {
        ArgumentNullException.ThrowIfNull(storage);
        return new KeyRing(
            configured is { Length: > 0 } ? Path.GetFullPath(configured)
            : storage.IsPostgres ? null
            : Path.Combine(Path.GetDirectoryName(storage.Location)!, "keys"));
    }

    /// <summary>Encrypts a text for one portal.</summary>
    /// <param name="memberId">The portal's <c>member_id</c>.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="ProblemException">The keys cannot be opened.</exception>
    public string Protect(string memberId, string text) => For(memberId).Protect(text);

    /// <summary>Decrypts a text of one portal.</summary>
    /// <param name="memberId">The portal's <c>member_id</c>.</param>
    /// <param name="text">What <see cref="Protect"/> gave.</param>
    /// <exception cref="ProblemException">The keys cannot be opened, or are not those that the text was encrypted with.</exception>
    public string Unprotect(string memberId, string text)
    {
        var protector = For(memberId);
        try
        {
            return protector.Unprotect(text);
        }
        catch (CryptographicException foreign)
        {
            throw new ProblemException("Portals.keys_foreign", foreign, _folder!);
        }
    }

    /// <summary>Seals what a page shows to us again.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ProblemException">The keys cannot be opened.</exception>
    internal string ProtectSession(string text) => _provider.Value.CreateProtector("Bitrix24Addon.Sessions").Protect(text);

    /// <summary>Opens what a page shows; null when it was not sealed here.</summary>
    /// <param name="text">What <see cref="ProtectSession"/> gave.</param>
    /// <exception cref="ProblemException">The keys cannot be opened.</exception>
    internal string? UnprotectSession(string text)
    {
        try
        {
            return _provider.Value.CreateProtector("Bitrix24Addon.Sessions").Unprotect(text);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector For(string memberId) => _provider.Value.CreateProtector("Bitrix24Addon.Tokens", memberId);

    private IDataProtectionProvider Open()
    {
        var folder = _folder ?? throw new ProblemException("Portals.keys_missing");
        try
        {
            var directory = OperatingSystem.IsWindows() ? Directory.CreateDirectory(folder) : Directory.CreateDirectory(folder, Private);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder, Private);
            }

            return DataProtectionProvider.Create(directory, options => options.SetApplicationName("Bitrix24Addon"));
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException("Portals.keys_unusable", unusable, folder, unusable.Message);
        }
    }
}
