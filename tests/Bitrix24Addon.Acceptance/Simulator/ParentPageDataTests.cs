using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Bitrix24Addon.Acceptance.Simulator;

/// <summary>What the portal's page asks the portal, without a browser.</summary>
public sealed class ParentPageDataTests
{
    private static readonly Uri Application = new("http://127.0.0.1:9/app");

    private static readonly string[] Lines =
    [
        PortalFixture.Line("01T09:00:00", "add", "department", 10, """{"NAME":"Продажи","UF_HEAD":102}"""),
        PortalFixture.Line("01T09:00:00", "add", "user", 101, """{"NAME":"Пётр","LAST_NAME":"Иванов","UF_DEPARTMENT":[10]}"""),
        PortalFixture.Line("01T09:00:00", "add", "user", 102, """{"NAME":"Анна","LAST_NAME":"Орлова","UF_DEPARTMENT":[10]}"""),
        PortalFixture.Line("01T09:00:00", "add", "user", 103, """{"NAME":"Лев","ACTIVE":false}"""),
        PortalFixture.Line("02T09:00:00", "add", "deal", 7, """{"title":"Стеллажи","assignedById":101,"opportunity":1500}"""),
    ];

    [Theory]
    [InlineData(1, true, true)]
    [InlineData(101, false, true)]
    [InlineData(101, true, true)]
    [InlineData(103, true, false)]
    [InlineData(999, true, false)]
    public async Task Tokens_are_given_to_people_who_work_there(long user, bool isInstalled, bool given)
    {
        await using var fixture = await StartAsync(isInstalled);
        Assert.Equal(given, await PostAsync(fixture, "tokens", $$"""{"userId":{{user}}}""") is not null);
    }

    [Theory]
    [InlineData(1, """{"userId":1,"language":"ru"}""", true)]
    [InlineData(1, """{"userId":1,"placement":"CALL_CARD"}""", false)]
    [InlineData(0, """{"userId":1}""", true)]
    [InlineData(0, """{"userId":101}""", false)]
    [InlineData(-1, """{"userId":1}""", false)]
    public async Task Before_the_installation_is_finished_only_administrators_open_a_page(int state, string asked, bool opened)
    {
        await using var fixture = await StartAsync(state > 0);
        if (state == 0)
        {
            Assert.Null(await PostAsync(fixture, "added", """{"userId":101}"""));
            Assert.NotNull(await PostAsync(fixture, "added", """{"userId":1}"""));
        }

        var opening = await PostAsync(fixture, "openings", asked);

        Assert.Equal(opened, opening is not null);
        Assert.Equal(opened ? state == 0 : null, (bool?)opening?["init"]!["INSTALL"]);
    }

    [Fact]
    public async Task Who_is_no_administrator_finishes_no_installation()
    {
        await using var fixture = await StartAsync(false);
        await PostAsync(fixture, "added", """{"userId":1}""");
        Assert.Null(await PostAsync(fixture, "finished", """{"userId":101}"""));
        Assert.False((bool)(await StateAsync(fixture))["isInstalled"]!);
        Assert.NotNull(await PostAsync(fixture, "finished", """{"userId":1}"""));
        Assert.True((bool)(await StateAsync(fixture))["isInstalled"]!);
    }

    [Theory]
    [InlineData("/crm/deal/details/7/", "Сделка № 7", "Стеллажи")]
    [InlineData("/crm/type/2/details/7/", "Сделка № 7", "Стеллажи")]
    [InlineData("/crm/lead/details/7/", "Такой записи нет", "/crm/lead/details/7/")]
    [InlineData("/company/personal/user/101/", "Сотрудник", "Пётр Иванов")]
    [InlineData("/company/personal/user/101/tasks/task/view/5/", "Страница портала", "/company/personal/user/101/tasks/task/view/5/")]
    [InlineData("/crm/deal", null, null)]
    [InlineData("/crm/quote/details/7/", null, null)]
    [InlineData("/bitrix/admin/", null, null)]
    public async Task A_path_shows_its_card_if_the_portal_opens_it_at_all(string path, string? kind, string? title)
    {
        await using var fixture = await StartAsync();
        var card = JsonNode.Parse((await PortalFixture.GetAsync(new Uri(fixture.Portal.ParentPageAddress, "record?path=" + Uri.EscapeDataString(path)))).Body);
        Assert.Equal((kind, title), ((string?)card?["kind"], (string?)card?["title"]));
    }

    [Fact]
    public async Task Both_languages_say_the_same_and_nothing_is_left_untold()
    {
        await using var fixture = await StartAsync();
        var (russian, english) = (await StateAsync(fixture), await StateAsync(fixture, "en"));
        Assert.Equal(russian["texts"]!.AsObject().Select(text => text.Key), english["texts"]!.AsObject().Select(text => text.Key));
        Assert.All(english["texts"]!.AsObject(), text => Assert.NotEqual((string)text.Value!, (string)russian["texts"]![text.Key]!));
        var files = await Task.WhenAll(new[] { "", "parent.js", "commands.js" }.Select(async file => (await PortalFixture.GetAsync(new Uri(fixture.Portal.ParentPageAddress, file))).Body));
        Assert.All(files, file => Assert.NotEmpty(file));
        foreach (var key in File.ReadAllLines(Path.Combine(RepositoryRoot.Folder, "src/Bitrix24.PortalSimulator/Frame/Page/index.html"))
            .Where(line => line.Contains("data-text=", StringComparison.Ordinal)).SelectMany(line => line.Split("data-text=\"")[1..]).Select(rest => rest.Split('"')[0]))
        {
            Assert.NotNull(russian["texts"]![key]);
        }
    }

    [Fact]
    public async Task A_form_of_another_site_is_refused()
    {
        await using var fixture = await StartAsync();
        using var http = new HttpClient();
        using var form = new StringContent("""{"userId":1}""", Encoding.UTF8, "text/plain");
        using var answer = await http.PostAsync(new Uri(fixture.Portal.ParentPageAddress, "tokens"), form, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static async Task<PortalFixture> StartAsync(bool isInstalled = true)
    {
        var fixture = await PortalFixture.StartAsync(options => options.ApplicationUrl = Application, Lines);
        if (isInstalled)
        {
            await fixture.Portal.InstallAsync(Application, cancellationToken: TestContext.Current.CancellationToken);
        }

        return fixture;
    }

    private static async Task<JsonNode?> PostAsync(PortalFixture fixture, string what, string json)
    {
        using var http = new HttpClient();
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(fixture.Portal.ParentPageAddress, what), body, TestContext.Current.CancellationToken);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<JsonNode> StateAsync(PortalFixture fixture, string language = "ru") =>
        JsonNode.Parse((await PortalFixture.GetAsync(new Uri(fixture.Portal.ParentPageAddress, "state?language=" + language))).Body)!;
}
