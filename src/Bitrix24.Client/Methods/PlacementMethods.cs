using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>Pages of the application inside the portal; refused to webhooks. They are shown once the installation is finished.</summary>
public static class PlacementMethods
{
    /// <summary>
    /// <c>placement.bind</c>: registers a page at a place; for administrators. Result: <c>true</c>. Some errors come with status 200.
    /// Errors: <c>ERROR_PLACEMENT_MAX_COUNT</c> (this place takes only one), <c>ERROR_PLACEMENT_USER_MODE</c>,
    /// <c>EMPTY_ERROR_HANDLER_URL</c>, <c>ERROR_ARGUMENT</c>, <c>ERROR_PLACEMENT_NOT_FOUND</c> (no such place, or its scope is missing),
    /// <c>ERROR_WRONG_HANDLER_URL</c>, <c>ERROR_UNSUPPORTED_PROTOCOL</c>, <c>WRONG_AUTH_TYPE</c> (called by a webhook).
    /// </summary>
    public static readonly RestMethod Bind = new("placement.bind", "api-reference/widgets/placement-bind.md", "placement", IsRead: false);

    /// <summary>
    /// <c>placement.get</c>: the application's pages; for administrators. Rows: <see cref="Rows.PlacementHandler"/>. Errors:
    /// <c>WRONG_AUTH_TYPE</c> (called by a webhook).
    /// </summary>
    public static readonly RestMethod Get = new("placement.get", "api-reference/widgets/placement-get.md", "", IsRead: true);

    /// <summary>
    /// <c>placement.list</c>: the places there are: a list of codes. Errors: <c>WRONG_AUTH_TYPE</c> (called by a webhook).
    /// </summary>
    public static readonly RestMethod List = new("placement.list", "api-reference/widgets/placement-list.md", "placement", IsRead: true);

    /// <summary>
    /// <c>placement.unbind</c>: takes pages off; what is left out fits all. Result: <see cref="Rows.RemovedHandlers"/>, which counts each
    /// page twice. Errors: <c>WRONG_AUTH_TYPE</c> (called by a webhook), <c>ACCESS_DENIED</c> (no administrator), <c>ERROR_ARGUMENT</c>.
    /// </summary>
    public static readonly RestMethod Unbind = new(
        "placement.unbind", "api-reference/widgets/placement-unbind.md", "placement", IsRead: false);

    /// <summary>Registers a page.</summary>
    /// <param name="placement">The place, for example <c>CRM_DEAL_DETAIL_TAB</c>.</param>
    /// <param name="handler">The address of the page.</param>
    /// <param name="title">The title people see.</param>
    /// <param name="description">The description.</param>
    /// <param name="groupName">The group it is shown in.</param>
    /// <param name="languages">By language (<c>ru</c>, <c>en</c>) TITLE, DESCRIPTION and GROUP_NAME.</param>
    /// <param name="options">What the place wants besides.</param>
    /// <param name="userId">For whom; only <c>PAGE_BACKGROUND_WORKER</c> takes it.</param>
    /// <returns>The call.</returns>
    public static RestCall BindHandler(
        string placement,
        Uri handler,
        string? title = null,
        string? description = null,
        string? groupName = null,
        JsonObject? languages = null,
        JsonObject? options = null,
        long? userId = null) =>
        new(Bind, Write.Parameters(
            ("PLACEMENT", placement), ("HANDLER", Write.Address(handler)), ("TITLE", title), ("DESCRIPTION", description),
            ("GROUP_NAME", groupName), ("LANG_ALL", languages), ("OPTIONS", options), ("USER_ID", userId)));

    /// <summary>Asks for the application's pages.</summary>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListHandlers() => new(Get);

    /// <summary>Asks for the places there are.</summary>
    /// <param name="scope">Only those of one scope.</param>
    /// <param name="all">Also those that the application has no scope for.</param>
    /// <returns>The call; its result is a list of codes.</returns>
    public static RestCall ListPlacements(string? scope = null, bool? all = null) =>
        new(List, Write.Parameters(("SCOPE", scope), ("FULL", all)));

    /// <summary>Takes a page off.</summary>
    /// <param name="placement">The place, for example <c>CRM_DEAL_DETAIL_TAB</c>.</param>
    /// <param name="handler">The address of the page; null for every page of the place.</param>
    /// <param name="userId">For whom it was registered.</param>
    /// <returns>The call.</returns>
    public static RestCall UnbindHandler(string placement, Uri? handler = null, long? userId = null) =>
        new(Unbind, Write.Parameters(("PLACEMENT", placement), ("HANDLER", Write.Address(handler)), ("USER_ID", userId)));
}
