using System.Diagnostics.CodeAnalysis;

namespace Bitrix24.Client.Incoming;

/// <summary>
/// A post of Bitrix24: an event (<see cref="IncomingEvent"/>), a page that is opened (<see cref="PageOpening"/>) or a robot at work
/// (<see cref="RobotCall"/>). Reading is a pure function of the bytes; whether the post is genuine is the reader's to find out
/// (<see cref="PostAuth"/>).
/// </summary>
/// <param name="Body">The whole body, for what has no name here.</param>
/// <param name="Auth">Who posts.</param>
public abstract record IncomingPost(FormNode Body, PostAuth Auth)
{
    /// <summary>Reads a post.</summary>
    /// <param name="contentType">The request's <c>Content-Type</c>, parameters and all.</param>
    /// <param name="body">The request's body; the caller bounds its length, the parser its fields and depth.</param>
    /// <param name="query">The request's query string, with or without the question mark; only page openings need it.</param>
    /// <param name="post">The post.</param>
    /// <param name="fault">Why there is none.</param>
    /// <returns>False when it is no post of Bitrix24; nothing that comes in makes it throw.</returns>
    public static bool TryRead(
        string? contentType, ReadOnlySpan<byte> body, string? query, [NotNullWhen(true)] out IncomingPost? post, out PostFault fault)
    {
        post = null;
        if (!PhpForm.IsAnnounced(contentType))
        {
            fault = PostFault.NotAForm;
            return false;
        }

        if (!PhpForm.TryParse(body, out var form, out fault))
        {
            return false;
        }

        (post, fault) = Recognise(form.Root, query);
        return post is not null;
    }

    /// <summary>The kind and what tells posts of it apart, never a token.</summary>
    /// <returns>A text that is safe to log.</returns>
    public sealed override string ToString() => $"{GetType().Name} {PostAuth.Plain(Subject)} of {PostAuth.Plain(Auth.MemberId)}";

    /// <summary>The event, the placement or the robot.</summary>
    private protected abstract string Subject { get; }

    private static (IncomingPost? Post, PostFault Fault) Recognise(FormNode body, string? query)
    {
        if (body["event"].Defined is { } name)
        {
            return (IncomingEvent.Of(name.ToUpperInvariant(), body), PostFault.None);
        }

        if (!RobotCall.Field(body, "event_token").IsNothing || body["document_id"].IsMap)
        {
            return (RobotCall.Of(body), PostFault.None);
        }

        return body["PLACEMENT"].Text is not null ? PageOpening.Read(body, query) : (null, PostFault.NotOfBitrix24);
    }
}
