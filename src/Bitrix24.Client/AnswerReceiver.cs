using System.Buffers;
using System.Net.Http.Headers;
using RestSharp;
using RestSharp.Interceptors;

namespace Bitrix24.Client;

/// <summary>
/// Receives one answer in place of RestSharp, which would keep its body three times over and as a text as well: reads it once, into
/// a buffer that is lent. What is parsed of it must not outlive this.
/// </summary>
/// <param name="mostBytes">The longest body that is read; whatever length the answer promises, nothing is allocated for it in advance.</param>
internal sealed class AnswerReceiver(int mostBytes) : Interceptor, IDisposable
{
    private const int FirstBytes = 64 * 1024;
    private const int MostBytesInAdvance = 4 * 1024 * 1024;

    private byte[]? _buffer;
    private int _length;

    /// <summary>The status, once the answer was received to its end or found too long; 0 before.</summary>
    public int Status { get; private set; }

    public bool IsTooLong { get; private set; }

    /// <summary>The headers; null until there is a <see cref="Status"/>.</summary>
    public HttpResponseHeaders? Headers { get; private set; }

    public string? ContentType { get; private set; }

    public ReadOnlySpan<byte> Body => _buffer.AsSpan(0, _length);

    /// <summary>Makes RestSharp leave the body alone.</summary>
    public void Receive(RestRequest request)
    {
        request.CompletionOption = HttpCompletionOption.ResponseHeadersRead;
        request.Interceptors = [this];
        request.AdvancedResponseWriter = static (message, request) => new RestResponse(request) { StatusCode = message.StatusCode };
    }

    /// <exception cref="HttpRequestException">The connection broke.</exception>
    /// <exception cref="IOException">The connection broke, or the body was not compressed as it says.</exception>
    public override async ValueTask AfterHttpRequest(HttpResponseMessage responseMessage, CancellationToken cancellationToken)
    {
        try
        {
            IsTooLong = responseMessage.Content.Headers.ContentLength > mostBytes || !await TryReadAsync(responseMessage.Content, cancellationToken);
        }
        catch (Exception exception)
        {
            // Who was interrupted in writing to the buffer may still do so, hence it is not lent to anybody else.
            (_buffer, _length) = (null, 0);
            responseMessage.Dispose();
            if (exception is InvalidDataException or InvalidOperationException)
            {
                throw new IOException("The body is not compressed as it says.", exception);
            }

            throw;
        }

        (Status, Headers, ContentType) = ((int)responseMessage.StatusCode, responseMessage.Headers, responseMessage.Content.Headers.ContentType?.MediaType);
    }

    public void Dispose()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _length) = (null, 0);
        }
    }

    private async Task<bool> TryReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);

        // One more than promised, so that the end is seen without another buffer.
        _buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(content.Headers.ContentLength + 1 ?? FirstBytes, MostBytesInAdvance));
        while (await stream.ReadAsync(_buffer.AsMemory(_length), cancellationToken) is > 0 and var count)
        {
            _length += count;
            if (_length > mostBytes)
            {
                return false;
            }

            if (_length == _buffer.Length)
            {
                Grow();
            }
        }

        return true;
    }

    private void Grow()
    {
        var longer = ArrayPool<byte>.Shared.Rent(2 * _length);
        Body.CopyTo(longer);
        ArrayPool<byte>.Shared.Return(_buffer!);
        _buffer = longer;
    }
}
