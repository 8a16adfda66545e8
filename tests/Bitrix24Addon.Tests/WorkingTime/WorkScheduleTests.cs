using System.Text.Json;
using Bitrix24Addon.WorkingTime;
using NodaTime;

namespace Bitrix24Addon.Tests.WorkingTime;

public sealed class WorkScheduleTests
{
    [Fact]
    public void Settings_come_back_from_JSON_as_they_were()
    {
        const string json = """
            {"Default":{"Week":{"Monday":["09:00-13:00","14:00-18:00"],"friday":["22:00-06:00"]},"TimeZone":"Asia/Omsk","FollowsProductionCalendar":false},
             "ByUser":{"7":{"Week":{"Sunday":["00:00-00:00"]}}}}
            """;

        var settings = JsonSerializer.Deserialize<WorkScheduleSettings>(json)!;
        var again = JsonSerializer.Deserialize<WorkScheduleSettings>(JsonSerializer.Serialize(settings))!;

        Assert.Equal([WorkHours.Parse("09:00-13:00"), WorkHours.Parse("14:00-18:00")], again.Default.Week[IsoDayOfWeek.Monday]);
        Assert.True(again.Default.Week[IsoDayOfWeek.Friday][0].EndsNextDay);
        Assert.Equal(("Asia/Omsk", false), (again.Default.TimeZone, again.Default.FollowsProductionCalendar));
        Assert.True(again.ByUser[7].FollowsProductionCalendar);
        Assert.Equal([IsoDayOfWeek.Sunday], again.ByUser[7].Week.Keys);
    }

    [Theory]
    [InlineData("\"9-18\"")]
    [InlineData("\"09:00\"")]
    [InlineData("\"25:00-26:00\"")]
    [InlineData("9")]
    public void Hours_that_cannot_be_read_show_the_form_wanted(string json) =>
        Assert.Contains("09:00-13:00", Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<WorkHours>(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_nearest_schedule_applies()
    {
        var (own, department, company) = (new WorkSchedule(), new WorkSchedule(), new WorkSchedule());
        var settings = new WorkScheduleSettings
        {
            Default = company,
            ByUser = new Dictionary<long, WorkSchedule> { [101] = own },
            ByDepartment = new Dictionary<long, WorkSchedule> { [5] = department, [1] = new() },
        };

        var chosen = new[] { settings.Choose(101, [13, 5, 1]), settings.Choose(102, [13, 5, 1]), settings.Choose(103, [99]) };

        Assert.Equal(
            [(WorkScheduleOrigin.User, 101L), (WorkScheduleOrigin.Department, 5L), (WorkScheduleOrigin.Default, null)],
            chosen.Select(choice => (choice.Origin, choice.OriginId)));
        Assert.Same(own, chosen[0].Schedule);
        Assert.Same(department, chosen[1].Schedule);
        Assert.Same(company, chosen[2].Schedule);
    }
}
