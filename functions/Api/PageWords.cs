using System.Collections.Frozen;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Functions.Api;

/// <summary>What people read on pages in place of what is meant for whoever operates the service: they have no command line, and its machine is none of theirs.</summary>
internal static class PageWords
{
    private static readonly FrozenDictionary<string, string> Instead = new Dictionary<string, string>
    {
        ["Reports.nothing_read"] = "Pages.history_unread",
        ["Reports.history_unfinished"] = "Pages.history_unread",
        ["Doctor.source_failed"] = "Pages.source_failed",
        ["Doctor.dead_letters"] = "Pages.dead_letters",
        ["Doctor.effects_parked"] = "Pages.effects_parked",
        ["Doctor.owner_no_administrator"] = "Pages.owner_no_administrator",
    }.ToFrozenDictionary();

    // The machine, its database and its connection to the authorisation server; and what the pages show themselves.
    private static readonly string[] OfTheOperator = ["Doctor.storage_", "Doctor.oauth_", "Doctor.residence", "Doctor.limits", "Doctor.zone_", "Doctor.synced", "Doctor.never_synced"];

    /// <summary>The key of the text that pages say.</summary>
    /// <param name="textKey">The key of the text.</param>
    public static string KeyOf(string textKey) => Instead.GetValueOrDefault(textKey, textKey);

    /// <summary>A text as pages say it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="texts">The language.</param>
    public static string Say(DoctorText text, Texts texts) => (text with { Key = KeyOf(text.Key) }).In(texts);

    /// <summary>Whether a finding is one that somebody in the portal can do something about.</summary>
    /// <param name="finding">The finding.</param>
    public static bool Concerns(DoctorFinding finding) => !OfTheOperator.Any(key => finding.Text.Key.StartsWith(key, StringComparison.Ordinal));
}
