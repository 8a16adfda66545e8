namespace Bitrix24Addon.Functions.Doors;

/// <summary>What a door answers: the verdict, which has its HTTP status, and a page where a person waits for one.</summary>
/// <param name="Verdict">What became of the post.</param>
/// <param name="Page">The page; null for an empty answer.</param>
internal readonly record struct DoorAnswer(DoorVerdict Verdict, Page? Page = null)
{
    public static implicit operator DoorAnswer(DoorVerdict verdict) => new(verdict);
}
