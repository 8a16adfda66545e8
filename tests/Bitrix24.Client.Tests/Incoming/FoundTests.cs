using System.Diagnostics;
using System.Text;
using Bitrix24.Client.Fuzz;
using Bitrix24.Client.Incoming;
using Bitrix24.Client.Json;
using CsCheck;

namespace Bitrix24.Client.Tests.Incoming;

/// <summary>The promises that fuzzing holds the readers to, kept without it: on every input it found, on hostile ones and on chance.</summary>
public sealed class FoundTests
{
    private const int Mebibyte = 1 << 20;

    // Chance alone rarely writes a name with brackets.
    private static readonly string[] Words =
    [
        "a", "b", "0", "7", "007", "[", "]", "[]", "[b]", "=", "&", "%", "%00", "%5B", "%5d", "%FF", "%C3%A9", "+", "event", "ONTASKADD", "data", "[FIELDS]",
        "undefined", "auth[member_id]", "PLACEMENT", "PLACEMENT_OPTIONS", "{", "}", "\"", ":", ",", "\\ud83d", "\\ude00", "\\", "null", "1e400", "\n", "\0", "é",
    ];

    private static readonly Gen<string> Pieces = Gen.Int[0, Words.Length - 1].Select(index => Words[index]);

    public static TheoryData<string> Found => [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Incoming", "Found")).Select(file => Path.GetFileName(file)!)];

    public static TheoryData<string, string> Hostile => new()
    {
        { "opening brackets", "a" + new string('[', 100_000) },
        { "closing brackets", "a" + new string(']', 100_000) },
        { "empty brackets", "a" + Repeated("[]", 100_000) },
        { "deep names", Repeated("a" + Repeated("[b]", 64) + "=1&", 1000) },
        { "one name", Repeated("a=1&", Mebibyte / 4) },
        { "ampersands", new string('&', Mebibyte) },
        { "equals signs", new string('=', Mebibyte) },
        { "escapes", "a=" + Repeated("%41", Mebibyte / 3) },
        { "a long name", new string('a', Mebibyte) + "=1" },
        { "a long event", "event=" + new string('a', Mebibyte) },
        { "a long document", "event_token=t&document_id[]=" + new string('_', Mebibyte) },
        { "scopes", "event=A&auth[scope]=" + Repeated("a,", Mebibyte / 2) },
        { "deep options", "PLACEMENT=A&PLACEMENT_OPTIONS=" + Repeated("{\"a\":", 200_000) },
        { "wide options", "PLACEMENT=A&PLACEMENT_OPTIONS={" + Repeated("\"a\":1,", 170_000) + "\"a\":1}" },
        { "deep lists", new string('[', Mebibyte) },
        { "deep objects", Repeated("{\"result\":", 100_000) },
        { "backslashes", "\"" + new string('\\', Mebibyte - 2) + "\"" },
        { "halves of surrogates", "[\"" + Repeated("\\ud83d", 170_000) + "\"]" },
        { "pairs of surrogates", "[\"" + Repeated("\\ud83d\\ude00", 85_000) + "\"]" },
        { "a long number", new string('9', Mebibyte) },
        { "many rows", "{\"result\":[" + Repeated("{\"ID\":1},", 20_000) + "{}]}" },
    };

    [Theory, MemberData(nameof(Found))]
    public void What_was_found_is_read_as_promised(string name) =>
        Assert.Null(Record.Exception(() => Readers.Read(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Incoming", "Found", name)))));

    [Theory, MemberData(nameof(Hostile))]
    public void What_is_hostile_is_read_as_promised_and_in_no_time(string kind, string input)
    {
        var bytes = Encoding.UTF8.GetBytes(input);
        var watch = Stopwatch.StartNew();

        IncomingPost.TryRead("application/x-www-form-urlencoded", bytes, input, out _, out _);
        _ = Record.Exception(() => AnswerReader.Read(ReadableJson.Parse(bytes), 200));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{kind}: {bytes.Length} bytes took {watch.Elapsed}.");
        Assert.Null(Record.Exception(() => Readers.Read(bytes)));
    }

    [Fact]
    public void Chance_is_read_as_promised() => Pieces.Array[0, 40].Sample(pieces => Readers.Read(Encoding.UTF8.GetBytes(string.Concat(pieces))));

    [Fact]
    public void Bytes_of_chance_are_read_as_promised() => Gen.Byte.Array[0, 60].Sample(bytes => Readers.Read(bytes));

    [Fact]
    public void A_changed_post_is_read_as_promised()
    {
        var posts = Directory.EnumerateFiles(PayloadTests.Folder, "*.txt").Order(StringComparer.Ordinal).Select(File.ReadAllText).ToArray();

        Gen.Select(Gen.Int[0, posts.Length - 1], Gen.Double[0, 1], Pieces, Gen.Int[0, 4]).Sample((post, at, piece, removed) =>
        {
            var start = (int)(posts[post].Length * at);
            Readers.Read(Encoding.UTF8.GetBytes(posts[post][..start] + piece + posts[post][Math.Min(start + removed, posts[post].Length)..]));
        });
    }

    private static string Repeated(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
