namespace Bitrix24.PortalSimulator.Conformity;

/// <summary>Something in a call or an answer that the documentation does not know.</summary>
/// <param name="Method">REST method.</param>
/// <param name="Path">Where: a parameter, or a path in the answer with [] for list elements.</param>
/// <param name="Expected">What the schema wants there.</param>
/// <param name="Seen">What was there.</param>
public sealed record SchemaViolation(string Method, string Path, string Expected, string Seen)
{
    /// <summary>The violation as one readable line.</summary>
    public override string ToString() => $"{Method}: {Path} should be {Expected}, was {Seen}";
}
