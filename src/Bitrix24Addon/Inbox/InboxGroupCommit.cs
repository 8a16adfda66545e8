using System.Diagnostics.Metrics;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Inbox;

/// <summary>
/// Lets the posts of many requests share a commit: what comes while one is being written goes into the next. Safe for concurrent callers; one for
/// a process.
/// </summary>
/// <param name="storage">The database.</param>
/// <param name="time">The clock.</param>
public sealed class InboxGroupCommit(AddonStorage storage, TimeProvider time)
{
    /// <summary>Posts that may wait to be written.</summary>
    public const int Capacity = 4096;

    /// <summary>The histogram of how many posts share a commit.</summary>
    public const string CommitPosts = "bitrix24addon.inbox.commit.posts";

    private static readonly Histogram<int> Sizes = AddonTelemetry.Meter.CreateHistogram<int>(CommitPosts, description: "Posts that were stored in one commit.");

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _machine = time.OfTheMachine();
    private readonly Lock _gate = new();
    private Group _next = new();
    private int _waiting;
    private bool _isWriting;
    private Task _writing = Task.CompletedTask;

    /// <summary>What comes now is refused.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                return _waiting >= Capacity;
            }
        }
    }

    /// <summary>Ends when nothing waits to be written any more, also nothing that failed before.</summary>
    public Task SettledAsync()
    {
        lock (_gate)
        {
            return _writing;
        }
    }

    /// <summary>Marks objects of a portal.</summary>
    /// <param name="portalId">The portal.</param>
    /// <param name="marks">What changed.</param>
    /// <returns>
    /// Ends when the marks are durable. Null when the queue is full: nothing is kept. If the database fails, the task fails with it; the marks
    /// stay and are written when it is back, as long as the process lives.
    /// </returns>
    public Task? TryMark(int portalId, IReadOnlyList<InboxMark> marks)
    {
        ArgumentNullException.ThrowIfNull(marks);
        var trace = AddonTelemetry.TraceParent;
        Group group;
        lock (_gate)
        {
            if (_waiting + marks.Count > Capacity)
            {
                return null;
            }

            group = _next;
            foreach (var mark in marks)
            {
                group.Posts.Add(new InboxPosts(portalId, mark.Kind, mark.Key, 1, mark.IsDeletion, trace));
            }

            _waiting += marks.Count;
            if (!_isWriting)
            {
                _isWriting = true;
                _writing = Task.Run(WriteAsync);
            }
        }

        return group.Written.Task;
    }

    private async Task WriteAsync()
    {
        while (Take() is { } group)
        {
            try
            {
                await using var db = storage.Open();
                await using var transaction = await db.BeginSharedAsync(CancellationToken.None).ConfigureAwait(false);
                await InboxWriter.AddAsync(db, group.Posts, time.GetUtcNow().ToUnixTimeMilliseconds(), default).ConfigureAwait(false);
                await transaction.CommitAsync().ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                // Whoever waits is told now; the portal would not post again, so the marks themselves are kept.
                group.Written.SetException(failure);
                GiveBack(group);
                await Task.Delay(BetweenAttempts, _machine).ConfigureAwait(false);
                continue;
            }

            lock (_gate)
            {
                _waiting -= group.Posts.Count;
            }

            Sizes.Record(group.Posts.Count);
            group.Written.SetResult();
        }
    }

    private Group? Take()
    {
        lock (_gate)
        {
            var group = _next;
            _isWriting = group.Posts.Count > 0;
            _next = _isWriting ? new Group() : group;
            return _isWriting ? group : null;
        }
    }

    private void GiveBack(Group group)
    {
        lock (_gate)
        {
            _next.Posts.InsertRange(0, group.Posts);
        }
    }

    /// <summary>What is written in one commit.</summary>
    private sealed class Group
    {
        public List<InboxPosts> Posts { get; } = [];

        // Those who wait go on in threads of their own: the next commit does not wait for them.
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
