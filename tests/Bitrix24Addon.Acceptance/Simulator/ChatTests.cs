using System.Net;
using System.Text;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class ChatTests
{
    private static readonly string Content = Convert.ToBase64String(Encoding.UTF8.GetBytes("a;b\n1;2"));

    [Fact]
    public async Task Messages_and_files_arrive_and_can_be_read_and_downloaded()
    {
        await using var fixture = await PortalFixture.StartAsync();
        fixture.Apply("01T00:00:00", "add", "chat", 5, """{"name":"Отчёты"}""");
        Assert.Equal(1, (int)await fixture.ResultAsync("im.message.add", """{"DIALOG_ID":"1","MESSAGE":"<b>Отчёт</b>"}"""));
        var upload = await fixture.ResultAsync("im.v2.File.upload", $$$"""{"dialogId":"chat5","fields":{"name":"r<>.csv","content":"{{{Content}}}","message":"готово"}}""");
        Assert.Equal((2, 5, 7), ((int)upload["messageId"]!, (int)upload["chatId"]!, (int)upload["file"]!["size"]!));
        var message = fixture.Portal.Messages[1];
        Assert.Equal(("chat5", "готово", "a;b\n1;2"), (message.DialogId, message.Text, Encoding.UTF8.GetString(message.File!.Content.Span)));
        var (_, page) = await PortalFixture.GetAsync(fixture.Portal.BaseAddress);
        Assert.Contains("&lt;b&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"ru\">", page, StringComparison.Ordinal);
        var (status, file) = await PortalFixture.GetAsync(new Uri((string)upload["file"]!["urlDownload"]!));
        Assert.Equal((HttpStatusCode.OK, "a;b\n1;2"), (status, file));
        Assert.Equal(2, (int)(await fixture.ResultAsync("im.dialog.get", """{"DIALOG_ID":"chat5"}"""))["last_message_id"]!);
    }

    [Theory]
    [InlineData("im.v2.File.upload", """{"dialogId":"chat99","fields":{"name":"a","content":"YQ=="}}""", "CHAT_NOT_FOUND")]
    [InlineData("im.v2.File.upload", """{"dialogId":"99","fields":{"name":"a","content":"YQ=="}}""", "CHAT_NOT_FOUND")]
    [InlineData("im.v2.File.upload", """{"dialogId":"1","fields":{"name":"a"}}""", "FILE_EMPTY")]
    [InlineData("im.v2.File.upload", """{"dialogId":"1","fields":{"name":"a","content":"?"}}""", "FILE_INVALID_CONTENT")]
    [InlineData("im.message.add", """{"DIALOG_ID":"1","MESSAGE":""}""", "MESSAGE_EMPTY")]
    [InlineData("im.message.add", """{"DIALOG_ID":"99","MESSAGE":"a"}""", "USER_NOT_FOUND")]
    [InlineData("im.message.add", """{"DIALOG_ID":"chat99","MESSAGE":"a"}""", "CHAT_ID")]
    [InlineData("im.message.add", """{"DIALOG_ID":"abc","MESSAGE":"a"}""", "USER_ID_EMPTY")]
    public async Task A_message_that_cannot_arrive_is_refused(string method, string json, string code)
    {
        await using var fixture = await PortalFixture.StartAsync();
        await fixture.AssertErrorAsync(HttpStatusCode.BadRequest, code, method, json);
        Assert.Empty(fixture.Portal.Messages);
    }
}
