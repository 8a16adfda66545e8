using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.Extensions.Configuration;

namespace Bitrix24Addon.Tests.Portals;

public sealed class DoctorOfHostingTests
{
    private const string Postgres = "Host=db;Database=addon", Address = "App:PublicUrl=https://addon.example.com/", Ring = "Security:KeyRing=/shared/keys";

    [Theory]
    [InlineData("Data Source=/data/addon.db", "ext4", "", "", "Portals.public_url_missing|Storage.one_machine|Doctor.no_storage_of_timers|Portals.public_url_missing|Storage.one_machine")]
    [InlineData("Data Source=/data/addon.db", "ext4", "Bitrix24:ClientId=x", "Portals.public_url_missing", "Portals.public_url_missing|Storage.one_machine|Doctor.no_storage_of_timers|Portals.public_url_missing|Storage.one_machine")]
    [InlineData("Data Source=/data/addon.db", "cifs", Address + ";AzureWebJobsStorage=x", "Storage.on_share", "Storage.on_share|Storage.on_share")]
    [InlineData("Data Source=/data/addon.db", "ext4", Address + ";WEBSITE_INSTANCE_ID=7;FUNCTIONS_EXTENSION_VERSION=~4", "Storage.one_machine|Doctor.no_storage_of_timers", "Storage.one_machine|Storage.one_machine")]
    [InlineData("Data Source=/data/addon.db", "ext4", Address + ";WEBSITE_INSTANCE_ID=7", "Storage.one_machine", "Storage.one_machine|Storage.one_machine|Doctor.no_storage_of_timers")]
    [InlineData(Postgres, "nfs4", Address + ";" + Ring + ";CONTAINER_APP_NAME=x", "", "Doctor.no_storage_of_timers")]
    [InlineData(Postgres, "ext4", Address + ";FUNCTIONS_WORKER_RUNTIME=custom;AzureWebJobsStorage:accountName=x", "Portals.keys_missing", "Portals.keys_missing|Portals.keys_missing")]
    [InlineData(Postgres, "ext4", Address + ";" + Ring + ";FUNCTIONS_WORKER_RUNTIME=custom;AzureWebJobsStorage=x", "Doctor.keys_of_one_machine", "Doctor.keys_of_one_machine")]
    [InlineData(Postgres, "nfs4", Address + ";" + Ring + ";FUNCTIONS_WORKER_RUNTIME=custom;AzureWebJobsStorage=x", "", "")]
    public void Each_way_of_running_is_told_what_it_lacks(string database, string disk, string settings, string found, string advised)
    {
        var findings = Doctor(database, disk, settings).Examine().ToList();

        Assert.Equal(found, Texts(findings.Where(f => f.Level != DoctorLevel.Ok)));
        Assert.Equal(advised, Texts(findings.Where(f => f.Text.Key == "Doctor.way_would_lack")));
        Assert.All(findings, f => Assert.NotEqual(f.Text.In(Bitrix24Addon.Texts.Russian), f.Text.In(Bitrix24Addon.Texts.English)));
    }

    [Theory]
    [InlineData("Data Source=/data/addon.db", "nfs", "", "Storage.on_share")]
    [InlineData("Data Source=/data/addon.db", "ext4", "LEGION_SERVICE_HOST=x", "Storage.one_machine")]
    [InlineData("Data Source=/data/addon.db", "fuse", "", null)]
    [InlineData("Data Source=:memory:", "nfs", "", null)]
    [InlineData(Postgres, "nfs", "WEBSITE_INSTANCE_ID=7", null)]
    public void Nothing_is_started_where_data_would_be_lost(string database, string disk, string settings, string? problem) =>
        Assert.Equal(problem, (Record.Exception(Doctor(database, disk, settings).RequireSafeStorage) as ProblemException)?.TextKey);

    private static string Texts(IEnumerable<DoctorFinding> findings) => string.Join('|', findings.Select(f => ((DoctorText)f.Text.Arguments[1]).Key));

    private static DoctorOfHosting Doctor(string database, string disk, string settings) => new(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(s => KeyValuePair.Create(s.Split('=')[0], (string?)s.Split('=')[1]))).Build(),
        new AddonStorage(database))
    {
        FormatOf = _ => disk,
    };
}
