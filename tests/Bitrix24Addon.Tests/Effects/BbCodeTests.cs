using Bitrix24Addon.Effects;
using CsCheck;

namespace Bitrix24Addon.Tests.Effects;

public sealed class BbCodeTests
{
    [Theory]
    [InlineData("Анна [B]Петрова[/B]", "Анна (B)Петрова(/B)")]
    [InlineData("[URL=https://evil.example]счёт[/URL]", "(URL=https://evil.example)счёт(/URL)")]
    [InlineData("Анна\r\nИтого:\t999", "Анна  Итого: 999")]
    [InlineData("Анна\u2028Итого\u0000\u001B[31m", "Анна Итого  (31m")]
    [InlineData("\u202Eexe.тёчто", "exe.тёчто")]
    [InlineData("ООО «Ромашка» & Co. <b>", "ООО «Ромашка» & Co. <b>")]
    public void Text_from_outside_is_one_line_of_plain_text(string text, string plain) => Assert.Equal(plain, BbCode.Plain(text));

    [Fact]
    public void No_text_can_open_a_tag_or_a_line() => Gen.String[Gen.Char, 0, 60].Sample(text =>
    {
        var plain = BbCode.Plain(text);
        return !plain.Any(letter => letter is '[' or ']' or '\u2028' or '\u2029') && !plain.Any(char.IsControl) && BbCode.Plain(plain) == plain;
    });
}
