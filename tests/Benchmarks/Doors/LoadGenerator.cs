using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Benchmarks.Doors;

/// <summary>Posts over connections that are kept, as cheaply as it can, so that it takes little from the server beside it.</summary>
/// <param name="server">Where to.</param>
/// <param name="path">The path.</param>
internal sealed class LoadGenerator(IPEndPoint server, string path)
{
    private int _number;

    /// <summary>Posts as fast as the answers come.</summary>
    /// <param name="connections">Posts under way at a time.</param>
    /// <param name="duration">How long.</param>
    /// <returns>Answers 200 a second.</returns>
    /// <exception cref="InvalidOperationException">An answer was no 200.</exception>
    public async Task<double> FloodAsync(int connections, TimeSpan duration)
    {
        var posters = await ConnectAsync(connections);
        var clock = Stopwatch.StartNew();
        var answers = await Task.WhenAll(posters.Select(poster => Task.Run(async () =>
        {
            var count = 0;
            for (; clock.Elapsed < duration; count++)
            {
                await poster.PostAsync(Interlocked.Increment(ref _number));
            }

            return count;
        })));
        posters.ForEach(poster => poster.Dispose());
        return answers.Sum() / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Posts at a steady rate, whether answers come or not.</summary>
    /// <param name="connections">The most posts under way at a time.</param>
    /// <param name="rate">Posts a second.</param>
    /// <param name="duration">How long.</param>
    /// <returns>How long after the moment it was due each post was answered, rising.</returns>
    public async Task<TimeSpan[]> PostAtRateAsync(int connections, double rate, TimeSpan duration)
    {
        var posters = await ConnectAsync(connections);
        var free = new BlockingCollection<Poster>(new ConcurrentStack<Poster>(posters));
        var latencies = new TimeSpan[(int)(rate * duration.TotalSeconds)];
        var pending = new List<Task>(latencies.Length);
        var clock = Stopwatch.StartNew();
        await Task.Factory.StartNew(
            () =>
            {
                for (var index = 0; index < latencies.Length; index++)
                {
                    var (number, due) = (index, TimeSpan.FromSeconds(index / rate));
                    var poster = free.Take();
                    while (clock.Elapsed < due)
                    {
                        Thread.Yield();
                    }

                    pending.Add(Task.Run(async () =>
                    {
                        await poster.PostAsync(Interlocked.Increment(ref _number));
                        latencies[number] = clock.Elapsed - due;
                        free.Add(poster);
                    }));
                }
            },
            TaskCreationOptions.LongRunning);
        await Task.WhenAll(pending);
        posters.ForEach(poster => poster.Dispose());
        Array.Sort(latencies);
        return latencies;
    }

    private async Task<List<Poster>> ConnectAsync(int connections)
    {
        var posters = new List<Poster>();
        for (var index = 0; index < connections; index++)
        {
            var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server);
            posters.Add(new Poster(socket, path));
        }

        return posters;
    }

    /// <summary>One connection.</summary>
    private sealed class Poster(Socket socket, string path) : IDisposable
    {
        private const string Start = "event=ONCRMDEALUPDATE&event_handler_id=593&data%5BFIELDS%5D%5BID%5D=";
        private const string End = "&ts=1742293215&auth%5Bdomain%5D=some-domain.bitrix24.com"
            + "&auth%5Bclient_endpoint%5D=https%3A%2F%2Fsome-domain.bitrix24.com%2Frest%2F&auth%5Bserver_endpoint%5D=https%3A%2F%2Foauth.bitrix24.tech%2Frest%2F"
            + "&auth%5Bmember_id%5D=a223c6b3710f85df22e9377d6c4f7553&auth%5Bapplication_token%5D=outgoingToken1";

        private static readonly byte[] Ok = "HTTP/1.1 200"u8.ToArray();

        private readonly byte[] _request = new byte[2048];
        private readonly byte[] _answer = new byte[2048];

        public async Task PostAsync(int number)
        {
            // Ids of a few thousand objects, as a portal's events come.
            var body = $"{Start}{100_000 + (number % 5000)}{End}";
            var length = Encoding.ASCII.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: addon\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n\r\n{body}", _request);
            await socket.SendAsync(_request.AsMemory(0, length));
            var received = 0;
            while (!_answer.AsSpan(0, received).EndsWith("\r\n\r\n"u8))
            {
                var count = await socket.ReceiveAsync(_answer.AsMemory(received));
                received += count > 0 ? count : throw new InvalidOperationException("The server closed the connection.");
            }

            if (!_answer.AsSpan(0, received).StartsWith(Ok))
            {
                throw new InvalidOperationException($"The server answered {Encoding.ASCII.GetString(_answer, 0, received).Split('\r')[0]}.");
            }
        }

        public void Dispose() => socket.Dispose();
    }
}
