namespace Bitrix24Addon.Acceptance.Sync;

/// <summary>Holds an answer of the portal back: the portal has done the work and the add-on does not know yet.</summary>
internal sealed class AnswerGate
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _answersToHold;

    /// <summary>An answer is being held.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Holds the next answer, or one after it.</summary>
    public void HoldNext(int skip = 0) => Interlocked.Exchange(ref _answersToHold, skip + 1);

    /// <summary>Lets the held answer through.</summary>
    public void Open() => _open.TrySetResult();

    public DelegatingHandler Handler() => new Holding(this);

    private sealed class Holding(AnswerGate gate) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (Interlocked.Decrement(ref gate._answersToHold) == 0)
            {
                gate._reached.TrySetResult();
                await gate._open.Task.WaitAsync(cancellationToken);
            }

            return response;
        }
    }
}
