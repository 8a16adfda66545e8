using System.Net;
using System.Net.Sockets;
using Bitrix24.Client;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Bitrix24Addon.Tests.Portals;

/// <summary>A server that takes every connection and stops answering, as one behind a broken line does.</summary>
public sealed class SilentDatabaseTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_falls_silent_costs_a_place_in_the_bucket_few_seconds()
    {
        Assert.SkipUnless(DatabaseUnderTest.PostgresServer is not null, "needs PostgreSQL: run tests/run, or set TESTS_POSTGRES");
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Postgres);
        await new AddonStorage(database.ConnectionString).MigrateAsync(Stop);
        await using var line = new BreakableLine(database.ConnectionString);
        var buckets = new RequestBuckets(new AddonStorage(line.ConnectionString), TimeProvider.System, NullLogger<RequestBuckets>.Instance);
        var size = new BucketSize(TimeSpan.FromMilliseconds(500), 50);
        Assert.Equal(TimeSpan.Zero, await buckets.TryTakeAsync("company.example.com", size, 0));

        line.IsBroken = true;
        var cameAt = TimeProvider.System.GetTimestamp();
        Assert.Equal(TimeSpan.Zero, await buckets.TryTakeAsync("company.example.com", size, 0));

        Assert.InRange(TimeProvider.System.GetElapsedTime(cameAt).TotalSeconds, 1, 8);
    }

    /// <summary>Stands between the add-on and the server.</summary>
    private sealed class BreakableLine : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly NpgsqlConnectionStringBuilder _server;
        private readonly Task _accepting;
        private volatile bool _isBroken;

        public BreakableLine(string connectionString)
        {
            _server = new NpgsqlConnectionStringBuilder(connectionString);
            _listener.Start();
            ConnectionString = new NpgsqlConnectionStringBuilder(connectionString) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.ToString();
            _accepting = AcceptAsync();
        }

        public string ConnectionString { get; }

        public bool IsBroken
        {
            set => _isBroken = value;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _accepting;
            _listener.Dispose();
            _stop.Dispose();
        }

        private async Task AcceptAsync()
        {
            var pumps = new List<Task>();
            try
            {
                while (true)
                {
                    pumps.Add(ConnectAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
                }
            }
            catch (OperationCanceledException)
            {
                await Task.WhenAll(pumps);
            }
        }

        private async Task ConnectAsync(TcpClient client)
        {
            using var near = client;
            using var far = new TcpClient();
            await far.ConnectAsync(_server.Host!, _server.Port, _stop.Token);
            await Task.WhenAny(PumpAsync(near.GetStream(), far.GetStream()), PumpAsync(far.GetStream(), near.GetStream()));
        }

        private async Task PumpAsync(NetworkStream from, NetworkStream to)
        {
            var buffer = new byte[8192];
            try
            {
                for (int count; (count = await from.ReadAsync(buffer, _stop.Token)) > 0;)
                {
                    if (!_isBroken)
                    {
                        await to.WriteAsync(buffer.AsMemory(0, count), _stop.Token);
                    }
                }
            }
            catch (Exception ended) when (ended is IOException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }
}
