namespace Bitrix24.Client;

/// <summary>A file that is sent along with a text.</summary>
/// <param name="Name">The name with its extension.</param>
/// <param name="Content">The content.</param>
public sealed record NamedFile(string Name, ReadOnlyMemory<byte> Content);
