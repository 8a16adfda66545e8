using System.Text;
using System.Text.Json;
using Bitrix24.Client.Fuzz;
using Bitrix24.Client.Json;
using SharpFuzz;

switch (args)
{
    case ["afl"]:
        // A process of its own for the readers, so that even a stack overflow is told apart from the fuzzer's end.
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            Readers.Read(input.GetBuffer().AsSpan(0, (int)input.Length));
        });
        return 0;

    case ["replay", .. var files]:
        foreach (var file in files)
        {
            Console.WriteLine(file);
            Readers.Read(File.ReadAllBytes(file));
        }

        return 0;

    case ["seeds", var folder, var payloads, .. var schemas]:
        Seeds.Write(folder, payloads, schemas.FirstOrDefault());
        return 0;

    default:
        Console.Error.WriteLine("Usage: afl | replay FILE... | seeds FOLDER PAYLOADS [SCHEMAS]; run tests/fuzz, which knows how.");
        return 2;
}

/// <summary>What fuzzing starts from: documented posts and documented answers.</summary>
internal static class Seeds
{
    // Few and short, because each is run again and again, and long enough to hold more than "true".
    private const int MaxAnswers = 150;
    private const int MinAnswerBytes = 300;

    public static void Write(string folder, string payloads, string? schemas)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(payloads, "*.txt"))
        {
            var query = (string?)System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(file, ".json")))!["query"];
            File.WriteAllText(Path.Combine(folder, Path.GetFileName(file)), File.ReadAllText(file) + (query is null ? "" : "\n" + query));
        }

        var answers =
            from file in schemas is null ? [] : Directory.EnumerateFiles(schemas, "*.json")
            let schema = JsonElement.Parse(File.ReadAllBytes(file))
            where schema.TryGetProperty("resultExample", out _)
            let answer = JsonSerializer.SerializeToUtf8Bytes(schema.GetProperty("resultExample"))
            where answer.Length >= MinAnswerBytes
            orderby answer.Length, file
            select (Name: Path.GetFileName(file), Answer: answer);
        foreach (var (name, answer) in answers.Take(MaxAnswers))
        {
            File.WriteAllBytes(Path.Combine(folder, "answer." + name), answer);
        }

        foreach (var (name, text) in Rare)
        {
            File.WriteAllText(Path.Combine(folder, "rare." + name), text, Encoding.Latin1);
        }
    }

    private static readonly (string Name, string Text)[] Rare =
    [
        ("error", """{"error":"QUERY_LIMIT_EXCEEDED","error_description":"Too many requests"}"""),
        ("error-v3", """{"error":{"code":"E","message":"m","validation":[{"field":"id","message":"m"}]}}"""),
        ("batch", """{"result":{"result":{"a":[{"ID":"5"}]},"result_error":{"deals":{"error":"E"}},"result_total":[],"result_next":{"a":50},"result_time":{"a":{"operating":0.1,"operating_reset_at":1790000000}}},"time":{"duration":1e0}}"""),
        ("batch-v3", """{"result":[{"items":[]},{"error":{"code":"E"}},true]}"""),
        ("row", """{"ID":"5","id":5,"DATE_CREATE":"2026-09-21T17:13:20+03:00","OPPORTUNITY":"1.50","CLOSED":"Y","UF_DEPARTMENT":["1"],"items":{"7":{"ID":false}}}"""),
        ("surrogates", """["\ud83d\ude00","\ud83d","\\ud83d"]"""),
        ("mixed", "a=1&a[b]=2&list[]=x&list[7]=y&list[]=z&a[b][c]=%D0%B7"),
        ("latin", "event=\u00ff&a=\u00c3\u00a9"),
    ];
}
