using System.Globalization;
using NodaTime;

// Not ….Tests.Texts: that namespace would hide the class.
namespace Bitrix24Addon.Tests.Localisation;

public sealed class TextsTests
{
    [Theory]
    [InlineData("ru", "ru-RU")]
    [InlineData("ru-KZ", "ru-RU")]
    [InlineData("RU", "ru-RU")]
    [InlineData("en", "en-GB")]
    [InlineData("de", "en-GB")]
    [InlineData("rum", "en-GB")]
    [InlineData("", "en-GB")]
    [InlineData(null, "en-GB")]
    public void Russian_is_for_Russian_and_English_for_all_others(string? language, string culture) =>
        Assert.Equal(culture, Texts.For(language).Culture.Name);

    [Theory]
    [InlineData(0, "0 звонков", "0 calls")]
    [InlineData(1, "1 звонок", "1 call")]
    [InlineData(2, "2 звонка", "2 calls")]
    [InlineData(5, "5 звонков", "5 calls")]
    [InlineData(11, "11 звонков", "11 calls")]
    [InlineData(12, "12 звонков", "12 calls")]
    [InlineData(21, "21 звонок", "21 calls")]
    [InlineData(101, "101 звонок", "101 calls")]
    [InlineData(111, "111 звонков", "111 calls")]
    [InlineData(112, "112 звонков", "112 calls")]
    [InlineData(-1, "-1 звонок", "-1 call")]
    public void Words_agree_with_numbers(long count, string russian, string english)
    {
        Assert.Equal(russian, Texts.Russian.Count("Common.calls", count));
        Assert.Equal(english, Texts.English.Count("Common.calls", count));
    }

    /// <summary>The Russian rule told another way: by the list of numbers that take each form, and eleven to fourteen apart.</summary>
    [Fact]
    public void Russian_forms_hold_from_0_to_200()
    {
        int[] one = [1, 21, 31, 41, 51, 61, 71, 81, 91, 101, 121, 131, 141, 151, 161, 171, 181, 191];
        for (var count = 0; count <= 200; count++)
        {
            // The numbers after which "one" stands are followed by three that take "few".
            var expected = one.Contains(count) ? "one"
                : one.Contains(count - 1) || one.Contains(count - 2) || one.Contains(count - 3) ? "few"
                : "many";
            Assert.True(expected == Plural.FormOf(count, Texts.Russian.Culture), $"{count}");
            Assert.Equal(count == 1 ? "one" : "other", Plural.FormOf(count, Texts.English.Culture));
        }

        Assert.Equal("many", Plural.FormOf(long.MinValue, Texts.Russian.Culture));
    }

    [Fact]
    public void Numbers_and_dates_follow_the_language()
    {
        Assert.Equal("1\u00a0234 звонка", Texts.Russian.Count("Common.calls", 1234));
        Assert.Equal("1,234 calls", Texts.English.Count("Common.calls", 1234));
        Assert.Equal("3 ноября 2025 г.", Texts.Russian.Date(new LocalDate(2025, 11, 3)));
        Assert.Equal("3 November 2025", Texts.English.Date(new LocalDate(2025, 11, 3)));
    }

    [Fact]
    public void The_language_of_the_process_does_not_matter()
    {
        var before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("ru-RU");
            Assert.Equal("1,234 calls", Texts.English.Count("Common.calls", 1234));
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = before;
        }
    }

    [Theory]
    [InlineData(0, "0:00:00")]
    [InlineData(59, "0:00:59")]
    [InlineData(3661, "1:01:01")]
    [InlineData(93909, "26:05:09")]
    [InlineData(-61, "-0:01:01")]
    public void A_length_of_time_is_hours_minutes_and_seconds(long seconds, string expected) =>
        Assert.Equal(expected, Texts.Russian.HoursMinutesSeconds(seconds));

    [Theory]
    [InlineData("Metrics.no_such_metric", "Texts/Metrics.resx")]
    [InlineData("Nowhere.title", "Texts/Nowhere.resx")]
    public void A_missing_text_names_the_file_to_add_it_to(string key, string file) =>
        Assert.Contains(file, Assert.Throws<KeyNotFoundException>(() => Texts.Russian.Get(key)).Message, StringComparison.Ordinal);
}
