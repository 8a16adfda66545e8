using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>What the application keeps in the portal: for everybody, and for each user. Refused to webhooks.</summary>
public static class OptionMethods
{
    /// <summary>
    /// <c>app.option.get</c>: a setting of the application, or all of them: <see cref="Rows.SavedOptions"/>; null without one.
    /// </summary>
    public static readonly RestMethod AppGet = new("app.option.get", "api-reference/common/settings/app-option-get.md", "", IsRead: true);

    /// <summary>
    /// <c>app.option.set</c>: writes settings of the application; for administrators. Result: <c>true</c>. Errors:
    /// <c>ArgumentNullException</c> (no options), <c>AccessException</c> (no administrator, or called by a webhook).
    /// </summary>
    public static readonly RestMethod AppSet = new("app.option.set", "api-reference/common/settings/app-option-set.md", "", IsRead: false);

    /// <summary>
    /// <c>user.option.get</c>: a setting of the caller, or all of them: <see cref="Rows.SavedOptions"/>; null without one.
    /// </summary>
    public static readonly RestMethod UserGet = new(
        "user.option.get", "api-reference/common/settings/user-option-get.md", "", IsRead: true);

    /// <summary><c>user.option.set</c>: writes settings of the caller. Result: <c>true</c>.</summary>
    public static readonly RestMethod UserSet = new(
        "user.option.set", "api-reference/common/settings/user-option-set.md", "", IsRead: false);

    /// <summary>Asks for all settings of the application.</summary>
    /// <returns>The call; its result is an object, or an empty list.</returns>
    public static RestCall GetAppOptions() => new(AppGet);

    /// <summary>Asks for a setting of the application.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The call; its result is the value, or null.</returns>
    public static RestCall GetAppOption(string name) => new(AppGet, Write.Parameters(("option", name)));

    /// <summary>Writes settings of the application; others stay.</summary>
    /// <param name="options">The values by name.</param>
    /// <returns>The call.</returns>
    public static RestCall SetAppOptions(JsonObject options) => new(AppSet, Write.Parameters(("options", options)));

    /// <summary>Asks for all settings of the caller.</summary>
    /// <returns>The call; its result is an object, or an empty list.</returns>
    public static RestCall GetUserOptions() => new(UserGet);

    /// <summary>Asks for a setting of the caller.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The call; its result is the value, or null.</returns>
    public static RestCall GetUserOption(string name) => new(UserGet, Write.Parameters(("option", name)));

    /// <summary>Writes settings of the caller; others stay.</summary>
    /// <param name="options">The values by name.</param>
    /// <returns>The call.</returns>
    public static RestCall SetUserOptions(JsonObject options) => new(UserSet, Write.Parameters(("options", options)));
}
