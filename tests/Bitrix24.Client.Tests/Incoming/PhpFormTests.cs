using System.Text;
using Bitrix24.Client.Incoming;

namespace Bitrix24.Client.Tests.Incoming;

public sealed class PhpFormTests
{
    private static readonly string[] Items = ["x", "y", "z"];

    [Theory]
    [InlineData("a=%", PostFault.BrokenEscape)]
    [InlineData("a=%4", PostFault.BrokenEscape)]
    [InlineData("a=%GG", PostFault.BrokenEscape)]
    [InlineData("%=1", PostFault.BrokenEscape)]
    [InlineData("a=%FF", PostFault.NotUtf8)]
    [InlineData("a=%ED%A0%80", PostFault.NotUtf8)]
    [InlineData("%C3=1", PostFault.NotUtf8)]
    [InlineData("a=%00", PostFault.NulCharacter)]
    [InlineData("a\0b=1", PostFault.NulCharacter)]
    [InlineData("=1", PostFault.BrokenName)]
    [InlineData("=", PostFault.BrokenName)]
    [InlineData("[a]=1", PostFault.BrokenName)]
    [InlineData("a[=1", PostFault.BrokenName)]
    [InlineData("a]=1", PostFault.BrokenName)]
    [InlineData("a][=1", PostFault.BrokenName)]
    [InlineData("a[b]c=1", PostFault.BrokenName)]
    [InlineData("a[b]]=1", PostFault.BrokenName)]
    [InlineData("a[[b]]=1", PostFault.BrokenName)]
    public void What_is_no_form_is_told_apart(string body, PostFault expected)
    {
        Assert.False(PhpForm.TryParse(Encoding.UTF8.GetBytes(body), out var form, out var fault));
        Assert.Null(form);
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void A_form_is_read_as_php_reads_it()
    {
        var form = Form("a=1&a=2&&b[c][d]=%D0%B7+%2B&list[]=x&empty=&bare");

        Assert.Equal(("2", "з +", "x", "", "", null, null), (form["a"], form["b[c][d]"], form["list[0]"], form["empty"], form["bare"], form["b"], form["b[c]["]));
    }

    [Theory]
    [InlineData("list[]=x&list[]=y&list[]=z")]
    [InlineData("list[0]=x&list[1]=y&list[2]=z")]
    [InlineData("list[3]=x&list[7]=y&list[]=z")]
    [InlineData("list[a]=x&list[]=y&list[]=z")]
    public void Lists_are_read_with_brackets_alone_with_numbers_and_with_gaps(string body) =>
        Assert.Equal(Items, Form(body).Root["list"].Items.Select(item => item.Text));

    [Fact]
    public void After_a_gap_counting_goes_on_from_the_greatest_number() => Assert.Equal("z", Form("list[3]=x&list[007]=y&list[]=z")["list[4]"]);

    [Theory]
    [InlineData("a=1&a[b]=2", null, "2")]
    [InlineData("a[b]=2&a=1", "1", null)]
    [InlineData("a[b][c]=3&a[b]=2", null, "2")]
    public void Of_a_text_and_a_map_under_one_name_the_last_counts(string body, string? text, string? inner)
    {
        var form = Form(body);

        Assert.Equal((text, inner), (form["a"], form["a[b]"]));
    }

    [Theory]
    [InlineData("5", 5L, 5L)]
    [InlineData("0", 0L, null)]
    [InlineData("-7", -7L, null)]
    [InlineData("007", 7L, 7L)]
    [InlineData("999999999999999999", 999999999999999999L, 999999999999999999L)]
    [InlineData("1000000000000000000", null, null)]
    [InlineData("--5", null, null)]
    [InlineData("5 OR 1", null, null)]
    [InlineData("٥", null, null)]
    [InlineData("undefined", null, null)]
    [InlineData("", null, null)]
    public void Only_plain_numbers_are_numbers(string text, long? number, long? id)
    {
        var node = Form("a=" + Uri.EscapeDataString(text)).Root["a"];

        Assert.Equal((number, id), (node.ToInteger(), node.ToId()));
    }

    [Fact]
    public void What_is_not_there_reads_as_nothing_however_far_one_walks()
    {
        var nothing = Form("a=undefined&b=x").Root["c"]["d"]["e"];

        Assert.True(nothing.IsNothing);
        Assert.Equal((null, null, null, null, null), (nothing.Text, nothing.Defined, nothing.ToId(), nothing.ToBoolean(), nothing.ToInstant()));
        Assert.Equal(("undefined", null), (Form("a=undefined").Root["a"].Text, Form("a=undefined").Root["a"].Defined));
    }

    [Theory]
    [InlineData("1790000000", "2026-09-21T14:13:20+00:00")]
    [InlineData("0", null)]
    [InlineData("253402300799", "9999-12-31T23:59:59+00:00")]
    [InlineData("253402300800", null)]
    [InlineData("-1", null)]
    public void An_instant_is_whole_seconds_that_a_calendar_has(string text, string? expected) =>
        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), Form("ts=" + text).Root["ts"].ToInstant());

    [Fact]
    public void A_form_has_no_more_fields_than_php_takes()
    {
        Assert.Equal(PostFault.None, Fault(Fields(PhpForm.MaxFields, n => $"f{n}")));
        Assert.Equal(PostFault.TooManyFields, Fault(Fields(PhpForm.MaxFields + 1, n => $"f{n}")));
        Assert.Equal(PostFault.TooManyFields, Fault(Fields(PhpForm.MaxFields + 1, _ => "same")));
        Assert.Equal(PostFault.TooManyFields, Fault(Fields(PhpForm.MaxFields + 1, _ => "list[]")));

        static string Fields(int count, Func<int, string> name) => string.Join('&', Enumerable.Range(0, count).Select(n => name(n) + "=1"));
    }

    [Fact]
    public void A_form_is_no_deeper_than_php_takes()
    {
        Assert.Equal(PostFault.None, Fault("a" + Repeated("[b]", PhpForm.MaxDepth)));
        Assert.Equal(PostFault.TooDeep, Fault("a" + Repeated("[b]", PhpForm.MaxDepth + 1)));
        Assert.Equal(PostFault.TooDeep, Fault("a" + Repeated("[]", 100_000)));
        Assert.Equal(PostFault.BrokenName, Fault("a" + Repeated("[", 100_000)));
        Assert.Equal(PostFault.BrokenName, Fault("a" + Repeated("]", 100_000)));
    }

    [Fact]
    public void A_long_value_is_read_whole() => Assert.Equal(1 << 20, Form("a=" + Repeated("x", 1 << 20))["a"]!.Length);

    private static string Repeated(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static PostFault Fault(string body) =>
        PhpForm.TryParse(Encoding.UTF8.GetBytes(body), out _, out var fault) ? PostFault.None : fault;

    private static PhpForm Form(string body)
    {
        Assert.True(PhpForm.TryParse(Encoding.UTF8.GetBytes(body), out var form, out var fault), fault.ToString());
        return form;
    }
}
