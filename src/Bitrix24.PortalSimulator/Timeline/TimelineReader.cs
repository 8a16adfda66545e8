using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Timeline;

/// <summary>Reads .jsonl and .jsonl.gz timelines.</summary>
internal static class TimelineReader
{
    /// <summary>Reads all lines; throws <see cref="TimelineException"/> when the file is missing or a cut archive.</summary>
    public static List<string> ReadLines(string path)
    {
        if (!File.Exists(path))
        {
            throw new TimelineException($"Timeline {path} does not exist; give the path of a .jsonl or .jsonl.gz file.");
        }
        using var file = File.OpenRead(path);
        using Stream text = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Unpack(file, path) : file;
        using var reader = new StreamReader(text);
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }
        return lines;
    }

    /// <summary>Reads one line of a timeline.</summary>
    public static TimelineOperation ParseLine(string line)
    {
        JsonObject json;
        try
        {
            json = JsonNode.Parse(line) as JsonObject ?? throw new TimelineException("the line is no JSON object; write one {\"t\",\"op\",\"table\",\"id\",\"fields\"} object a line");
        }
        catch (JsonException exception)
        {
            throw new TimelineException($"the line is no valid JSON ({exception.Message}); restore the line or the file", exception);
        }
        var time = Member(json, "t");
        if (!FieldValue.TryInstant(time, TimeSpan.Zero, out var moment) || time.Length < 20)
        {
            throw new TimelineException($"\"t\" is {time}; write an ISO 8601 time with offset");
        }
        var action = Member(json, "op") switch
        {
            "add" => TimelineAction.Add,
            "update" => TimelineAction.Update,
            "delete" => TimelineAction.Delete,
            var other => throw new TimelineException($"unknown op \"{other}\"; use add, update or delete"),
        };
        if (!long.TryParse(Member(json, "id"), CultureInfo.InvariantCulture, out var id) || id < 0)
        {
            throw new TimelineException("\"id\" is no whole number; give the record's id");
        }
        var fields = json["fields"] as JsonObject;
        if (fields is null && action is not TimelineAction.Delete)
        {
            throw new TimelineException("\"fields\" is missing; an add or update carries an object of fields");
        }
        return new TimelineOperation(moment, action, Member(json, "table"), id, fields ?? []);
    }

    private static string Member(JsonObject json, string name) =>
        json[name] is JsonValue value ? FieldValue.AsText(value) : throw new TimelineException($"\"{name}\" is missing; every line has t, op, table and id");

    /// <summary>Unpacks whole and compares the length with the trailer: a cut archive may end on a line boundary and would pass as a shorter history.</summary>
    private static MemoryStream Unpack(FileStream file, string path)
    {
        var unpacked = new MemoryStream();
        var trailer = new byte[4];
        try
        {
            file.Seek(-trailer.Length, SeekOrigin.End);
            file.ReadExactly(trailer);
            file.Seek(0, SeekOrigin.Begin);
            using var gzip = new GZipStream(file, CompressionMode.Decompress);
            gzip.CopyTo(unpacked);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            throw Truncated(path, exception);
        }
        unpacked.Seek(0, SeekOrigin.Begin);
        return unpacked.Length > 0 && (uint)unpacked.Length == BitConverter.ToUInt32(trailer) ? unpacked : throw Truncated(path, null);
    }

    private static TimelineException Truncated(string path, Exception? cause) =>
        new($"{Path.GetFileName(path)}: the gzip archive is damaged or cut off, so no line of it can be trusted; copy the file again. Nothing was loaded.", cause);
}
