using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bitrix24.Client.Incoming;
using Bitrix24.Client.Tests.Wrappers;

namespace Bitrix24.Client.Tests.Incoming;

/// <summary>Posts as Bitrix24 sends them, each beside what must be read from it.</summary>
public sealed partial class PayloadTests
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Incoming", "Payloads");

    public static TheoryData<string> Names => [.. Directory.EnumerateFiles(Folder, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Names))]
    public void A_post_is_read_as_documented(string name)
    {
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json")))!;

        var reading = PostSnapshot.Of(Read(name, (string?)expected["query"]));

        Assert.True(JsonNode.DeepEquals(expected["reading"], reading), reading.ToString());
    }

    [Theory, MemberData(nameof(Names))]
    public void What_is_logged_of_a_post_names_it_and_holds_no_token(string name)
    {
        var post = Read(name, "?APP_SID=sampleFrameSession");

        object[] logged = [post, post.Auth, post.Body, .. post is BotEvent bot ? [bot.BotAuth] : Array.Empty<object>()];

        Assert.All(logged, part => Assert.DoesNotContain("sample", part.ToString(), StringComparison.OrdinalIgnoreCase));
        Assert.Contains((post as IncomingEvent)?.Name ?? (post as PageOpening)?.Placement ?? post.GetType().Name, post.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_documented_event_has_its_post_and_no_post_is_of_another() =>
        Assert.Equal(
            EventNames.All.Order(StringComparer.Ordinal),
            Names.Select(name => ((string)name).Split('.')[0]).Where(name => name is not ("page" or "robot")).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_event_that_the_facts_name_is_known()
    {
        // A name may be spelled to its end, or stand for several: ONCRMINVOICE….
        var named = EventName().Matches(Wrapped.Facts("events.md")).Select(match => match.Value).Distinct().ToList();

        Assert.True(named.Count > 40);
        Assert.DoesNotContain(named, name => !EventNames.All.Any(known => known == name || (name.Length > 4 && known.StartsWith(name, StringComparison.Ordinal))));
    }

    [Fact]
    public void Every_kind_of_post_is_among_them()
    {
        var kinds = typeof(IncomingPost).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(IncomingPost)) && !type.IsAbstract);

        Assert.Equal(
            kinds.Select(type => type.Name).Order(StringComparer.Ordinal),
            Names.Select(name => Read(name, null).GetType().Name).Distinct().Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\bON(?=[A-Z])(?!LY\b)[A-Z0-9_]{3,}")]
    private static partial Regex EventName();

    private static IncomingPost Read(string name, string? query)
    {
        var body = File.ReadAllBytes(Path.Combine(Folder, name + ".txt"));
        Assert.True(IncomingPost.TryRead("application/x-www-form-urlencoded; charset=UTF-8", body, query, out var post, out var fault), fault.ToString());
        return post;
    }
}
