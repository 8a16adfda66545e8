using System.Text.Json;
using Bitrix24.Client.Methods;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests;

/// <summary>Writes of unknown outcome that are looked for before they are repeated.</summary>
public sealed class LookedWriteTests
{
    private const string Sent = """{"result":41,"time":{"duration":0.1}}""";
    private const string Present = """{"result":{"messages":[{"id":41,"text":"text"}]}}""";
    private const string Missing = """{"result":{"messages":[]}}""";

    private static readonly LookedWrite Message = new(
        MessengerMethods.AddMessage("5", "text"),
        MessengerMethods.GetMessages("5"),
        answer => answer.Result.GetProperty("messages") is { ValueKind: JsonValueKind.Array } messages
            ? messages.GetArrayLength() > 0 ? Sight.Found(messages[0]) : Sight.Absent
            : Sight.Unclear);

    private static readonly LookedWrite Keyed = new(TaskMethods.AddTask("Title", "", 1, 2, DateTimeOffset.UnixEpoch, "key-1"));

    [Fact]
    public async Task A_write_that_is_answered_needs_no_look()
    {
        await using var portal = await StartAsync(Answer(Sent));

        var outcome = await portal.Clock.RunAsync(portal.Client.WriteAsync(Message));

        Assert.Equal(41, outcome.Answer!.Result.GetInt32());
        Assert.Null(outcome.Found);
        Assert.Single(portal.Requests);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(500, "INTERNAL_SERVER_ERROR")]
    [InlineData(200, "page")]
    public async Task A_lost_write_that_arrived_is_found_when_the_portal_is_surely_done(int status, string code)
    {
        await using var portal = await StartAsync(Replies(Lost(status, code), Answer(Present)));
        var began = portal.Clock.GetUtcNow();

        var outcome = await portal.Clock.RunAsync(portal.Client.WriteAsync(Message));

        Assert.Null(outcome.Answer);
        Assert.Equal(41, outcome.Found!.Value.GetProperty("id").GetInt32());
        Assert.Equal(["im.message.add", "im.dialog.messages.get"], portal.Requests.Select(request => request.Method));
        Assert.Equal(90, (portal.Clock.GetUtcNow() - began).TotalSeconds, 1.0);
    }

    [Fact]
    public async Task A_lost_write_that_did_not_arrive_is_repeated_once()
    {
        await using var portal = await StartAsync(Replies(Break, Answer(Missing), Answer(Sent)));

        var outcome = await portal.Clock.RunAsync(portal.Client.WriteAsync(Message));

        Assert.Equal(41, outcome.Answer!.Result.GetInt32());
        Assert.Equal(["im.message.add", "im.dialog.messages.get", "im.message.add"], portal.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task A_repetition_that_is_lost_too_is_looked_for_and_not_repeated()
    {
        await using var portal = await StartAsync(Replies(Break, Answer(Missing), Break, Answer(Missing)));

        await ExpectUnknownAsync(portal, Message);

        Assert.Equal(2, portal.Requests.Count(request => request.Method == "im.message.add"));
        Assert.Equal(4, portal.Requests.Count);
    }

    [Fact]
    public async Task A_look_that_cannot_tell_leaves_the_outcome_unknown()
    {
        await using var portal = await StartAsync(Replies(Break, Answer("""{"result":{"messages":false}}""")));

        await ExpectUnknownAsync(portal, Message);

        Assert.Equal(2, portal.Requests.Count);
    }

    [Fact]
    public async Task A_look_that_is_refused_leaves_the_outcome_unknown_and_says_why()
    {
        await using var portal = await StartAsync(Replies(Break, Error(403, "insufficient_scope")));

        var failed = await ExpectUnknownAsync(portal, Message);

        Assert.Equal(Bitrix24ErrorKind.InsufficientScope, Assert.IsType<Bitrix24Exception>(failed.InnerException).Error.Kind);
        Assert.Equal(2, portal.Requests.Count);
    }

    [Fact]
    public async Task A_refused_write_is_refused_and_a_lost_one_without_a_look_is_unknown_at_once()
    {
        await using var portal = await StartAsync(Replies(Error(400, "ERROR_ARGUMENT"), Break));
        var began = portal.Clock.GetUtcNow();

        var failed = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(portal.Client.WriteAsync(Message)));
        await ExpectUnknownAsync(portal, new LookedWrite(Message.Write));

        Assert.Equal(Bitrix24ErrorKind.InvalidArgument, failed.Error.Kind);
        Assert.Equal((2, began), (portal.Requests.Count, portal.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task A_key_takes_the_place_of_a_look()
    {
        await using var portal = await StartAsync(Replies(Break, Break, Answer("""{"result":{"item":{"id":5}}}""")));
        var began = portal.Clock.GetUtcNow();

        var outcome = await portal.Clock.RunAsync(portal.Client.WriteAsync(Keyed));

        Assert.Equal(5, outcome.Answer!.Result.GetProperty("item").GetProperty("id").GetInt32());
        Assert.Equal(3, portal.Requests.Count);
        Assert.All(portal.Requests, request => Assert.Equal("tasks.task.add", request.Method));
        Assert.Equal(180, (portal.Clock.GetUtcNow() - began).TotalSeconds, 2.0);
    }

    [Fact]
    public async Task A_key_is_not_sent_for_ever()
    {
        await using var portal = await StartAsync(Break);

        await ExpectUnknownAsync(portal, Keyed);

        Assert.Equal(4, portal.Requests.Count);
    }

    [Fact]
    public async Task A_repetition_with_a_key_that_is_refused_tells_nothing_of_the_first()
    {
        await using var portal = await StartAsync(Replies(Break, Error(403, "ACCESS_DENIED")));

        var failed = await ExpectUnknownAsync(portal, Keyed);

        Assert.Equal(Bitrix24ErrorKind.AccessDenied, Assert.IsType<Bitrix24Exception>(failed.InnerException).Error.Kind);
    }

    [Theory]
    [InlineData(22, true)]
    [InlineData(23, false)]
    public async Task A_write_sent_earlier_is_repeated_only_while_its_key_is_surely_known(int hours, bool isRepeated)
    {
        await using var portal = await StartAsync(Answer("""{"result":{"item":{"id":5}}}"""));
        var write = Keyed with { SentAt = portal.Clock.GetUtcNow().AddHours(-hours) };

        if (isRepeated)
        {
            Assert.NotNull((await portal.Clock.RunAsync(portal.Client.WriteAsync(write))).Answer);
        }
        else
        {
            await ExpectUnknownAsync(portal, write);
        }

        Assert.Equal(isRepeated ? 1 : 0, portal.Requests.Count);
    }

    [Fact]
    public async Task A_write_sent_earlier_is_looked_for_first()
    {
        await using var portal = await StartAsync(Answer(Present));

        var outcome = await portal.Clock.RunAsync(portal.Client.WriteAsync(Message with { SentAt = portal.Clock.GetUtcNow().AddHours(-1) }));

        Assert.NotNull(outcome.Found);
        Assert.Equal("im.dialog.messages.get", Assert.Single(portal.Requests).Method);
    }

    private static Func<Received, Task> Lost(int status, string code) => status switch
    {
        0 => Break,
        200 => Html(200),
        _ => Error(status, code),
    };

    private static async Task<Bitrix24Exception> ExpectUnknownAsync(TestPortal portal, LookedWrite write)
    {
        var failed = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(portal.Client.WriteAsync(write)));
        Assert.Equal(Bitrix24ErrorKind.OutcomeUnknown, failed.Error.Kind);
        Assert.Equal(write.Write.Method.Name, failed.MethodName);
        return failed;
    }
}
