namespace Bitrix24.PortalSimulator;

/// <summary>A message that arrived in a chat of the portal.</summary>
/// <param name="Id">Message id, as answered by im.message.add and im.v2.File.upload.</param>
/// <param name="DialogId">Where it was sent: a user id or chat{id}.</param>
/// <param name="AuthorId">User in whose name it was sent.</param>
/// <param name="Time">When the portal received it.</param>
/// <param name="Text">Text as sent, with its BB codes; may be empty for a file.</param>
/// <param name="File">The attached file, if any.</param>
public sealed record ChatMessage(long Id, string DialogId, long AuthorId, DateTimeOffset Time, string Text, UploadedFile? File);

/// <summary>A file uploaded by im.v2.File.upload.</summary>
/// <param name="Id">File id on the portal's disk.</param>
/// <param name="Name">Name with extension, as sent.</param>
/// <param name="Content">The bytes.</param>
public sealed record UploadedFile(long Id, string Name, ReadOnlyMemory<byte> Content);
