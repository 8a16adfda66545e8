using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Bitrix24Addon.Storage.Sqlite;

/// <summary>Lets <c>dotnet ef migrations add</c> make a migration of this database; nothing is connected to.</summary>
public sealed class DesignTimeFactory : IDesignTimeDbContextFactory<AddonDbContext>
{
    /// <inheritdoc/>
    public AddonDbContext CreateDbContext(string[] args) => new AddonStorage("Data Source=design.db").Open();
}
