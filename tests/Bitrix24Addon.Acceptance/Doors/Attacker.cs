using System.Net;
using System.Net.Sockets;

namespace Bitrix24Addon.Acceptance.Doors;

/// <summary>A server that a forged post names: it counts who connects, and answers nobody.</summary>
internal sealed class Attacker : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _connections;

    public Attacker()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Connections => Volatile.Read(ref _connections);

    public string Authority => _listener.LocalEndpoint.ToString()!;

    public string RestAddress(string scheme = "http") => $"{scheme}://{Authority}/rest/";

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var visitor = await _listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref _connections);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
        }
    }
}
