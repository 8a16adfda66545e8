using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>Activities with a card of the application, their badges and types. Refused to webhooks.</summary>
public static class CrmActivityCardMethods
{
    /// <summary>
    /// <c>crm.activity.configurable.add</c>: adds an activity with a card. The result's <c>activity</c>: <see cref="Rows.NewRow"/>. Errors:
    /// <c>ERROR_WRONG_CONTEXT</c> (called by a webhook), <c>ACCESS_DENIED</c>, <c>WRONG_FIELD_VALUE</c>,
    /// <c>INCOMING_ACTIVITY_CAN_NOT_BE_WITH_DEADLINE</c>, <c>ERROR_EMPTY_LAYOUT</c>, <c>FIELD_IS_REQUIRED</c>, <c>FIELD_IS_REDUNDANT</c>,
    /// <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod ConfigurableAdd = new(
        "crm.activity.configurable.add", "api-reference/crm/timeline/activities/configurable/crm-activity-configurable-add.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.activity.configurable.get</c>: one activity with a card. The result's <c>activity</c>: <see cref="Rows.ActivityCard"/>.
    /// Errors: <c>ERROR_WRONG_CONTEXT</c> (called by a webhook), <c>NOT_FOUND</c>, <c>ACCESS_DENIED</c>.
    /// </summary>
    public static readonly RestMethod ConfigurableGet = new(
        "crm.activity.configurable.get", "api-reference/crm/timeline/activities/configurable/crm-activity-configurable-get.md", "crm", IsRead: true);

    /// <summary>
    /// <c>crm.activity.configurable.update</c>: changes an activity with a card of the same application. The result's <c>activity</c>:
    /// <see cref="Rows.NewRow"/>.
    /// </summary>
    public static readonly RestMethod ConfigurableUpdate = new(
        "crm.activity.configurable.update",
        "api-reference/crm/timeline/activities/configurable/crm-activity-configurable-update.md",
        "crm",
        IsRead: false);

    /// <summary>
    /// <c>crm.activity.badge.add</c>: adds a badge. The result's <c>badge</c>: <see cref="Rows.ActivityBadge"/>. Errors:
    /// <c>ACCESS_DENIED</c>, <c>REQUIRED_ARG_MISSING</c>.
    /// </summary>
    public static readonly RestMethod BadgeAdd = new(
        "crm.activity.badge.add", "api-reference/crm/timeline/activities/configurable/badges/crm-activity-badge-add.md", "crm", IsRead: false);

    /// <summary><c>crm.activity.badge.get</c>: one badge. The result's <c>badge</c>: <see cref="Rows.ActivityBadge"/>.</summary>
    public static readonly RestMethod BadgeGet = new(
        "crm.activity.badge.get", "api-reference/crm/timeline/activities/configurable/badges/crm-activity-badge-get.md", "crm", IsRead: true);

    /// <summary><c>crm.activity.badge.list</c>: the badges. The result's <c>badges</c>: <see cref="Rows.ActivityBadge"/>.</summary>
    public static readonly RestMethod BadgeList = new(
        "crm.activity.badge.list", "api-reference/crm/timeline/activities/configurable/badges/crm-activity-badge-list.md", "crm", IsRead: true);

    /// <summary><c>crm.activity.badge.delete</c>: deletes a badge. Result: <c>true</c>.</summary>
    public static readonly RestMethod BadgeDelete = new(
        "crm.activity.badge.delete", "api-reference/crm/timeline/activities/configurable/badges/crm-activity-badge-delete.md", "crm", IsRead: false);

    /// <summary><c>crm.activity.type.add</c>: adds a type of activities. Result: <c>true</c>.</summary>
    public static readonly RestMethod TypeAdd = new(
        "crm.activity.type.add", "api-reference/crm/timeline/activities/types/crm-activity-type-add.md", "crm", IsRead: false);

    /// <summary><c>crm.activity.type.list</c>: the own types of activities. Rows: <see cref="Rows.ActivityType"/>.</summary>
    public static readonly RestMethod TypeList = new(
        "crm.activity.type.list", "api-reference/crm/timeline/activities/types/crm-activity-type-list.md", "crm", IsRead: true);

    /// <summary><c>crm.activity.type.delete</c>: deletes a type of activities. Result: <c>true</c>.</summary>
    public static readonly RestMethod TypeDelete = new(
        "crm.activity.type.delete", "api-reference/crm/timeline/activities/types/crm-activity-type-delete.md", "crm", IsRead: false);

    /// <summary>Adds an activity with a card.</summary>
    /// <param name="ownerTypeId">The type of the CRM object it belongs to.</param>
    /// <param name="ownerId">The object's id.</param>
    /// <param name="fields">
    /// The fields: typeId, completed, deadline, pingOffsets, isIncomingChannel, responsibleId, badgeCode, originatorId, originId.
    /// </param>
    /// <param name="layout">The card: icon, header, body, footer.</param>
    /// <returns>The call; its result is <c>{activity}</c>.</returns>
    public static RestCall AddActivity(int ownerTypeId, long ownerId, JsonObject fields, JsonObject layout) =>
        new(ConfigurableAdd, Write.Parameters(("ownerTypeId", ownerTypeId), ("ownerId", ownerId), ("fields", fields), ("layout", layout)));

    /// <summary>Asks for an activity with a card.</summary>
    /// <param name="id">The activity's id.</param>
    /// <returns>The call; its result is <c>{activity}</c>.</returns>
    public static RestCall GetActivity(long id) => new(ConfigurableGet, Write.Parameters(("id", id)));

    /// <summary>Changes an activity with a card.</summary>
    /// <param name="id">The activity's id.</param>
    /// <param name="fields">
    /// The fields: typeId, completed, deadline, pingOffsets, isIncomingChannel, responsibleId, badgeCode, originatorId, originId.
    /// </param>
    /// <param name="layout">The card: icon, header, body, footer.</param>
    /// <returns>The call; its result is <c>{activity}</c>.</returns>
    public static RestCall UpdateActivity(long id, JsonObject fields, JsonObject layout) =>
        new(ConfigurableUpdate, Write.Parameters(("id", id), ("fields", fields), ("layout", layout)));

    /// <summary>Adds a badge.</summary>
    /// <param name="code">What tells the badge apart.</param>
    /// <param name="title">What it is about: a text, or texts by language.</param>
    /// <param name="value">What it says: a text, or texts by language.</param>
    /// <param name="type">How it looks: for example <c>success</c> or <c>failure</c>.</param>
    /// <returns>The call; its result is <c>{badge}</c>.</returns>
    public static RestCall AddBadge(string code, JsonNode title, JsonNode value, string type) =>
        new(BadgeAdd, Write.Parameters(("code", code), ("title", title), ("value", value), ("type", type)));

    /// <summary>Asks for a badge.</summary>
    /// <param name="code">What tells the badge apart.</param>
    /// <returns>The call; its result is <c>{badge}</c>.</returns>
    public static RestCall GetBadge(string code) => new(BadgeGet, Write.Parameters(("code", code)));

    /// <summary>Asks for the badges.</summary>
    /// <returns>The call; its result is <c>{badges}</c>.</returns>
    public static RestCall ListBadges() => new(BadgeList);

    /// <summary>Deletes a badge.</summary>
    /// <param name="code">What tells the badge apart.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteBadge(string code) => new(BadgeDelete, Write.Parameters(("code", code)));

    /// <summary>Adds a type of activities.</summary>
    /// <param name="typeId">What tells the type apart.</param>
    /// <param name="name">The name people see.</param>
    /// <param name="isConfigurable">Whether its activities have a card of the application. Default false.</param>
    /// <returns>The call.</returns>
    public static RestCall AddType(string typeId, string name, bool isConfigurable = false) =>
        new(TypeAdd, Write.Parameters(
            ("fields", Write.Parameters(("TYPE_ID", typeId), ("NAME", name), ("IS_CONFIGURABLE_TYPE", Write.YesNo(isConfigurable))))));

    /// <summary>Asks for the own types of activities.</summary>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListTypes() => new(TypeList);

    /// <summary>Deletes a type of activities.</summary>
    /// <param name="typeId">What tells the type apart.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteType(string typeId) => new(TypeDelete, Write.Parameters(("TYPE_ID", typeId)));
}
