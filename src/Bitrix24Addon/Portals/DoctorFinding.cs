namespace Bitrix24Addon.Portals;

/// <summary>How much a finding weighs.</summary>
public enum DoctorLevel
{
    /// <summary>As it should be, or good to know.</summary>
    Ok,

    /// <summary>It works, but something is missing from the figures.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Problem,
}

/// <summary>One finding of <see cref="Doctor"/>; what is not well names its remedy.</summary>
/// <param name="Level">How much it weighs.</param>
/// <param name="Text">What was found, and the remedy.</param>
public sealed record DoctorFinding(DoctorLevel Level, DoctorText Text);
