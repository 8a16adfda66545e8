using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Bitrix24.Client.Incoming;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Bitrix24.Client.Tests.Incoming;

namespace Bitrix24.Client.Fuzz;

/// <summary>An input that a reader did not stand: what was promised of it does not hold.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);

/// <summary>
/// Gives bytes from anywhere to every reader of what comes from outside, and holds the readers to their promises. Deterministic, so that
/// each input found is a test. Whatever else is thrown is a finding too.
/// </summary>
internal static class Readers
{
    /// <summary>The parser of JSON has a bound of its own, which the documents of Bitrix24 never reach.</summary>
    private const int MaxJsonDepth = 64;

    private static readonly string[] Keys = ["a", "0", "deals"];

    private static readonly JsonTypeInfo[] Rows =
    [
        .. typeof(Bitrix24JsonContext).GetProperties().Where(property => property.PropertyType.IsAssignableTo(typeof(JsonTypeInfo)))
            .Select(property => (JsonTypeInfo)property.GetValue(Bitrix24JsonContext.Default)!)
            .Where(type => type.Kind == JsonTypeInfoKind.Object),
    ];

    /// <summary>Reads an input in every way. A post's query string follows its body behind a line feed.</summary>
    public static void Read(ReadOnlySpan<byte> input)
    {
        var end = input.IndexOf((byte)'\n');
        ReadForm(input);
        ReadPost(end < 0 ? input : input[..end], end < 0 ? "" : Encoding.UTF8.GetString(input[(end + 1)..]));
        ReadJson(input);
    }

    private static void ReadForm(ReadOnlySpan<byte> input)
    {
        if (!PhpForm.TryParse(input, out var form, out var fault))
        {
            Must(form is null && fault != PostFault.None, "a refused form has a fault and nothing else");
            return;
        }

        var (count, depth) = Extent(form.Root);
        Must(fault == PostFault.None && count <= PhpForm.MaxFields && depth <= PhpForm.MaxDepth + 1, "fields and depth are bounded");

        var written = FormWriter.Write(form.Root);
        Must(PhpForm.TryParse(Encoding.UTF8.GetBytes(written), out var again), "what is written back is a form");
        Must(written == FormWriter.Write(again!.Root), "what is written back reads the same");
    }

    private static void ReadPost(ReadOnlySpan<byte> body, string query)
    {
        const string FormType = "application/x-www-form-urlencoded";
        if (!IncomingPost.TryRead(FormType, body, query, out var post, out var fault))
        {
            Must(post is null && fault is not (PostFault.None or PostFault.NotAForm), "a refused post has a fault and nothing else");
            return;
        }

        IncomingPost.TryRead(FormType, body, query, out var again, out _);
        Must(PostSnapshot.Of(post).ToJsonString() == PostSnapshot.Of(again!).ToJsonString(), "reading twice gives the same");

        var text = post.ToString();
        Must(text.Length < 300 && !text.Any(char.IsControl), "what is logged fits one line");
    }

    private static void ReadJson(ReadOnlySpan<byte> input)
    {
        JsonElement root;
        try
        {
            root = ReadableJson.Parse(input);
        }
        catch (JsonException)
        {
            Must(!IsReadable(input), "only what cannot be read is refused");
            return;
        }

        ReadTexts(root, 0);
        foreach (var status in (int[])[200, 503])
        {
            var outcome = AnswerReader.Read(root, status);
            Must(outcome.Answer is null != outcome.Error is null, "an answer or an error, never both");
            if (outcome.Answer is { } answer)
            {
                BatchReader.Read(answer.Result, Keys, status);
                Must(BatchReader.ReadVersionThree(answer.Result, Keys.Length, status).Count == Keys.Length, "each command has its outcome");
                CrmMethods.Items.TryRead(answer.Result, []);
                TelephonyMethods.Statistics.TryRead(answer.Result, []);
                UserMethods.Users.TryRead(answer.Result, []);
            }
        }

        foreach (var type in Rows)
        {
            ReadRow(root, type);
        }
    }

    /// <summary>A row is read, or it is no row; one that was read can be written, and reads the same again.</summary>
    private static void ReadRow(JsonElement root, JsonTypeInfo type)
    {
        string written;
        try
        {
            written = JsonSerializer.Serialize(root.Deserialize(type), type);
        }
        catch (JsonException)
        {
            return;
        }

        var again = JsonSerializer.Serialize(JsonSerializer.Deserialize(written, type), type);
        Must(written == again, $"a {type.Type.Name} that is written back reads the same");
    }

    private static bool IsReadable(ReadOnlySpan<byte> input)
    {
        try
        {
            ReadTexts(JsonElement.Parse(input), 0);
            return true;
        }
        catch (Exception refused) when (refused is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void ReadTexts(JsonElement element, int depth)
    {
        Must(depth <= MaxJsonDepth, "the depth of JSON is bounded");
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    ReadTexts(property.Value, depth + 1);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    ReadTexts(item, depth + 1);
                }

                break;
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            default:
                break;
        }
    }

    private static (int Count, int Depth) Extent(FormNode node)
    {
        if (node.Text is not null)
        {
            return (1, 0);
        }

        var parts = node.Items.Select(Extent).ToList();
        return (parts.Sum(part => part.Count), parts.Count == 0 ? 0 : 1 + parts.Max(part => part.Depth));
    }

    private static void Must(bool holds, string promise)
    {
        if (!holds)
        {
            throw new BrokenPromiseException($"Broken: {promise}.");
        }
    }
}
