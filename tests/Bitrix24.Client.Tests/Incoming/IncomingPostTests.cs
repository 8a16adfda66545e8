using System.Text;
using Bitrix24.Client.Incoming;

namespace Bitrix24.Client.Tests.Incoming;

public sealed class IncomingPostTests
{
    private const string FormType = "application/x-www-form-urlencoded";

    [Theory]
    [InlineData(null, "event=ONCRMDEALADD", PostFault.NotAForm)]
    [InlineData("", "event=ONCRMDEALADD", PostFault.NotAForm)]
    [InlineData("application/json", """{"event":"ONCRMDEALADD"}""", PostFault.NotAForm)]
    [InlineData("multipart/form-data; boundary=x", "event=ONCRMDEALADD", PostFault.NotAForm)]
    [InlineData(FormType, "", PostFault.NotOfBitrix24)]
    [InlineData(FormType, "a=b", PostFault.NotOfBitrix24)]
    [InlineData(FormType, "event=", PostFault.NotOfBitrix24)]
    [InlineData(FormType, "event=undefined", PostFault.NotOfBitrix24)]
    [InlineData(FormType, "event[a]=ONCRMDEALADD", PostFault.NotOfBitrix24)]
    [InlineData(FormType, "event=%zz", PostFault.BrokenEscape)]
    public void What_is_no_post_of_the_portal_is_refused_with_the_reason(string? contentType, string body, PostFault expected)
    {
        Assert.False(IncomingPost.TryRead(contentType, Encoding.UTF8.GetBytes(body), null, out var post, out var fault));
        Assert.Null(post);
        Assert.Equal(expected, fault);
    }

    [Theory]
    [InlineData("Application/X-WWW-Form-Urlencoded")]
    [InlineData(" application/x-www-form-urlencoded ;charset=utf-8")]
    public void The_content_type_may_be_spelled_in_any_way(string contentType) =>
        Assert.True(IncomingPost.TryRead(contentType, "event=ONCRMDEALADD"u8, null, out _, out _));

    [Fact]
    public void A_broken_query_spoils_a_page_and_no_event()
    {
        Assert.True(IncomingPost.TryRead(FormType, "event=ONCRMDEALADD"u8, "?a=%zz", out _, out _));
        Assert.False(IncomingPost.TryRead(FormType, "PLACEMENT=DEFAULT"u8, "?a=%zz", out _, out var fault));
        Assert.Equal(PostFault.BrokenQuery, fault);
    }

    [Theory]
    [InlineData("[[]]")]
    [InlineData("5")]
    [InlineData("{\"a\":1")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"\\udc00\":1}")]
    public void Options_that_are_no_object_are_told_and_the_page_is_read(string options)
    {
        var page = Page(options);

        Assert.True(page.AreOptionsBroken);
        Assert.Equal((null, null, null), (page.Options, page.ObjectId, page.OpenedFrom));
    }

    [Theory]
    [InlineData("""{"ID":"5"}""", 5L)]
    [InlineData("""{"ID":5}""", 5L)]
    [InlineData("""{"ID":1,"ID":5}""", 5L)]
    [InlineData("""{"ID":"undefined"}""", null)]
    [InlineData("""{"ID":["5"]}""", null)]
    [InlineData("""{"ID":"0","USER_ID":7}""", 7L)]
    [InlineData("[]", null)]
    public void The_object_of_a_placement_is_read_from_its_options(string options, long? id)
    {
        Assert.False(Page(options).AreOptionsBroken);
        Assert.Equal(id, Page(options).ObjectId);
    }

    [Fact]
    public void Options_deeper_than_any_portal_writes_are_broken() =>
        Assert.True(Page(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)) + "1").AreOptionsBroken);

    [Theory]
    [InlineData("DEAL_123", "DEAL", 123L)]
    [InlineData("DYNAMIC_128_7", "DYNAMIC_128", 7L)]
    [InlineData("DEAL", null, null)]
    [InlineData("_5", null, null)]
    [InlineData("DEAL_", "DEAL", null)]
    [InlineData("DEAL_x", "DEAL", null)]
    public void The_document_of_a_robot_is_in_the_last_part_of_its_id(string id, string? type, long? number)
    {
        var robot = Assert.IsType<RobotCall>(Read($"event_token=t&document_id[]=crm&document_id[]=C&document_id[]={id}"));

        Assert.Equal((type, number), (robot.DocumentTypeCode, robot.DocumentNumber));
    }

    [Fact]
    public void Names_from_outside_cannot_write_lines_into_a_log()
    {
        var post = Read("event=A%0AB&auth[member_id]=x%0D%0Ay");

        Assert.Equal("ObjectEvent (unnamed) of (unnamed)", post.ToString());
    }

    [Fact]
    public void An_id_that_is_there_and_none_is_not_looked_for_elsewhere() =>
        Assert.Null(((ObjectEvent)Read("event=ONCRMDEALADD&data[FIELDS][ID]=5%20OR%201&data[ID]=5")).ObjectId);

    private static PageOpening Page(string options) =>
        Assert.IsType<PageOpening>(Read("PLACEMENT=CRM_DEAL_DETAIL_TAB&PLACEMENT_OPTIONS=" + Uri.EscapeDataString(options)));

    private static IncomingPost Read(string body)
    {
        Assert.True(IncomingPost.TryRead(FormType, Encoding.UTF8.GetBytes(body), "", out var post, out var fault), fault.ToString());
        return post;
    }
}
