using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Timeline;

/// <summary>Reads .jsonl and .jsonl.gz timelines.</summary>
internal static class TimelineReader
{
    /// <summary>Reads all lines, each with its number; throws <see cref="TimelineException"/> at the first damaged one.</summary>
    public static List<(int Line, TimelineOperation Operation)> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new TimelineException($"Timeline {path} does not exist; give the path of a .jsonl or .jsonl.gz file.");
        }
        using var file = File.OpenRead(path);
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            return ReadLines(file, path);
        }
        // The trailer is checked because a cut archive may end on a line boundary and would pass as a shorter history.
        if (file.Length < 18)
        {
            throw Truncated(path, 1, null);
        }
        file.Seek(-4, SeekOrigin.End);
        var trailer = new byte[4];
        file.ReadExactly(trailer);
        file.Seek(0, SeekOrigin.Begin);
        using var unpacked = new CountingStream(new GZipStream(file, CompressionMode.Decompress));
        var operations = ReadLines(unpacked, path);
        return (uint)unpacked.BytesRead == BitConverter.ToUInt32(trailer) ? operations : throw Truncated(path, operations.Count, null);
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

    private static List<(int Line, TimelineOperation Operation)> ReadLines(Stream stream, string path)
    {
        var operations = new List<(int, TimelineOperation)>();
        var number = 0;
        var previous = DateTimeOffset.MinValue;
        try
        {
            using var reader = new StreamReader(stream);
            while (reader.ReadLine() is { } line)
            {
                number++;
                if (string.IsNullOrWhiteSpace(line))
                {
                    continue;
                }
                var operation = ParseLine(line);
                if (operation.Time < previous)
                {
                    throw new TimelineException("the line is earlier than the one before it; sort the lines by \"t\"");
                }
                previous = operation.Time;
                operations.Add((number, operation));
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw Truncated(path, number + 1, exception);
        }
        catch (TimelineException exception)
        {
            throw AtLine(path, number, exception);
        }
        return operations;
    }

    public static TimelineException AtLine(string path, int line, TimelineException exception) =>
        new($"{Path.GetFileName(path)}, line {line}: {exception.Message}. Nothing was loaded.", exception);

    private static string Member(JsonObject json, string name) =>
        json[name] is JsonValue value ? FieldValue.AsText(value) : throw new TimelineException($"\"{name}\" is missing; every line has t, op, table and id");

    private static TimelineException Truncated(string path, int line, Exception? cause) =>
        new($"{Path.GetFileName(path)}, line {line}: the gzip archive is damaged or cut off; copy the file again. Nothing was loaded.", cause);

    private sealed class CountingStream(Stream inner) : Stream
    {
        public long BytesRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => BytesRead;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            BytesRead += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
