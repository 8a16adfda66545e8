using System.Threading.Channels;

namespace Bitrix24.PortalSimulator.Events;

/// <summary>One post to one handler.</summary>
internal sealed record EventPost(Uri Address, string Form);

/// <summary>
/// The queue between the portal and the handlers: each post is sent once, one after the other, and never again. While reordering is on,
/// posts wait in a window and leave it shuffled.
/// </summary>
internal sealed class EventQueue : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Channel<EventPost> _channel = Channel.CreateUnbounded<EventPost>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<EventPost> _window = [];
    private readonly List<(int Most, TaskCompletionSource Reached)> _waiting = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly EventSender _sender;
    private readonly PortalCounters _counters;
    private readonly Random _shuffler;
    private readonly Task _sending;
    private int _unsent;

    public EventQueue(EventSender sender, PortalCounters counters, int seed)
    {
        (_sender, _counters, _shuffler) = (sender, counters, new Random(seed));
        _sending = Task.Run(SendAsync);
    }

    /// <summary>Puts a post into the queue; with a window above 1 it waits until so many are together.</summary>
    public void Add(EventPost post, int window)
    {
        lock (_gate)
        {
            _unsent++;
            _window.Add(post);
            if (_window.Count >= window)
            {
                OpenWindow();
            }
        }
    }

    /// <summary>Lets go what waits in the window.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            OpenWindow();
        }
    }

    /// <summary>Completes when no more than so many posts are unsent; those in a window count.</summary>
    public async Task WaitAsync(int most, CancellationToken cancellationToken)
    {
        TaskCompletionSource reached;
        lock (_gate)
        {
            if (_unsent <= most)
            {
                return;
            }
            reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((most, reached));
        }
        await reached.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        _sender.Dispose();
        _stop.Dispose();
    }

    private void OpenWindow()
    {
        var posts = _window.ToArray();
        _window.Clear();
        if (posts.Length > 1)
        {
            _shuffler.Shuffle(posts);
        }
        foreach (var post in posts)
        {
            _channel.Writer.TryWrite(post);
        }
    }

    private async Task SendAsync()
    {
        try
        {
            await foreach (var post in _channel.Reader.ReadAllAsync(_stop.Token))
            {
                var status = await _sender.PostAsync(post.Address, post.Form, _stop.Token);
                _counters.CountEventAnswer((int?)status is >= 200 and < 300);
                CountSent();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The portal stops; what was not sent is lost, as it would be in the cloud queue.
        }
    }

    private void CountSent()
    {
        lock (_gate)
        {
            _unsent--;
            foreach (var (_, reached) in _waiting.Where(waiting => _unsent <= waiting.Most))
            {
                reached.TrySetResult();
            }
            _waiting.RemoveAll(waiting => _unsent <= waiting.Most);
            if (_unsent == _window.Count && _waiting.Exists(waiting => waiting.Most == 0))
            {
                // Somebody waits for everything, and only what came meanwhile is left.
                OpenWindow();
            }
        }
    }
}
