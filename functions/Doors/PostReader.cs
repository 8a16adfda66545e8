using Bitrix24.Client.Incoming;
using Microsoft.AspNetCore.Http.Features;

namespace Bitrix24Addon.Functions.Doors;

/// <summary>Reads a post, and no more of it than a post of Bitrix24 may have.</summary>
internal static class PostReader
{
    /// <summary>The largest body that is read: 1 MiB.</summary>
    public const int MaxBytes = 1 << 20;

    /// <returns>The post, or why there is none.</returns>
    public static async Task<(IncomingPost? Post, DoorVerdict Verdict)> ReadAsync(HttpContext context)
    {
        var request = context.Request;

        // The server counts what it reads, chunked bodies too, and closes the connection instead of reading on.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBytes;
        }

        if (request.ContentLength > MaxBytes)
        {
            return (null, DoorVerdict.TooLarge);
        }

        if (!PhpForm.IsAnnounced(request.ContentType))
        {
            return (null, DoorVerdict.Malformed);
        }

        try
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, context.RequestAborted);
            return IncomingPost.TryRead(request.ContentType, body.GetBuffer().AsSpan(0, (int)body.Length), request.QueryString.Value, out var post, out _)
                ? (post, DoorVerdict.Accepted)
                : (null, DoorVerdict.Malformed);
        }
        catch (BadHttpRequestException refused)
        {
            return (null, refused.StatusCode == StatusCodes.Status413PayloadTooLarge ? DoorVerdict.TooLarge : DoorVerdict.Malformed);
        }
    }
}
