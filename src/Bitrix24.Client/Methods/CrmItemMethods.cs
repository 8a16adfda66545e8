using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>
/// Items of the CRM for writing: leads (1), deals (2), contacts (3), companies (4), proposals (7), smart invoices (31), smart processes
/// (128 and above). Reading them: <see cref="CrmMethods"/>.
/// </summary>
public static class CrmItemMethods
{
    /// <summary>
    /// <c>crm.item.add</c>: adds an item; checks of required fields, defaults and robots run. Result: <c>{item}</c>, a
    /// <see cref="Rows.CrmItem"/>. Errors: <c>NOT_FOUND</c>, <c>ACCESS_DENIED</c>, <c>ENTITY_TYPE_NOT_SUPPORTED</c>,
    /// <c>CRM_FIELD_ERROR_VALUE_NOT_VALID</c>, <c>allowed_only_intranet_user</c>, <c>100</c> (a parameter is missing or of the wrong type).
    /// </summary>
    public static readonly RestMethod ItemAdd = new("crm.item.add", "api-reference/crm/universal/crm-item-add.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.item.update</c>: changes an item; without a changed value nothing happens. Also moves between funnels: categoryId and stageId
    /// together. Result: <c>{item}</c>, a <see cref="Rows.CrmItem"/>. Errors: <c>NOT_FOUND</c>, <c>ACCESS_DENIED</c>,
    /// <c>ENTITY_TYPE_NOT_SUPPORTED</c>, <c>CRM_FIELD_ERROR_VALUE_NOT_VALID</c>, <c>allowed_only_intranet_user</c>, <c>100</c> (a parameter
    /// is missing or of the wrong type). A stage without the right to it: code <c>-</c>. <c>UPDATE_DYNAMIC_ITEM_RESTRICTED</c>: not in the
    /// plan.
    /// </summary>
    public static readonly RestMethod ItemUpdate = new(
        "crm.item.update", "api-reference/crm/universal/crm-item-update.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.item.delete</c>: deletes an item. Result: an empty list. Errors: <c>NOT_FOUND</c>, <c>ACCESS_DENIED</c>,
    /// <c>allowed_only_intranet_user</c>.
    /// </summary>
    public static readonly RestMethod ItemDelete = new(
        "crm.item.delete", "api-reference/crm/universal/crm-item-delete.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.item.fields</c>: the fields of a type. Result: <see cref="Rows.CrmFields"/>. Errors: <c>NOT_FOUND</c>, <c>ACCESS_DENIED</c>,
    /// <c>allowed_only_intranet_user</c>.
    /// </summary>
    public static readonly RestMethod ItemFields = new(
        "crm.item.fields", "api-reference/crm/universal/crm-item-fields.md", "crm", IsRead: true);

    /// <summary>Adds an item.</summary>
    /// <param name="entityTypeId">The type, for example 2 for deals.</param>
    /// <param name="fields">The fields, camelCase; names the portal does not know are ignored.</param>
    /// <param name="useOriginalUfNames">
    /// Names of user fields as in the database (<c>UF_CRM_…</c>) in request and answer. Default false.
    /// </param>
    /// <returns>The call; its result is <c>{item}</c>.</returns>
    public static RestCall AddItem(int entityTypeId, JsonObject fields, bool useOriginalUfNames = false) =>
        new(ItemAdd, Write.Parameters(
            ("entityTypeId", entityTypeId), ("fields", fields), ("useOriginalUfNames", useOriginalUfNames ? "Y" : null)));

    /// <summary>Changes fields of an item.</summary>
    /// <param name="entityTypeId">The type, for example 2 for deals.</param>
    /// <param name="id">The item's id.</param>
    /// <param name="fields">The fields, camelCase; names the portal does not know are ignored.</param>
    /// <param name="useOriginalUfNames">
    /// Names of user fields as in the database (<c>UF_CRM_…</c>) in request and answer. Default false.
    /// </param>
    /// <returns>The call; its result is <c>{item}</c>.</returns>
    public static RestCall UpdateItem(int entityTypeId, long id, JsonObject fields, bool useOriginalUfNames = false) =>
        new(ItemUpdate, Write.Parameters(
            ("entityTypeId", entityTypeId), ("id", id), ("fields", fields), ("useOriginalUfNames", useOriginalUfNames ? "Y" : null)));

    /// <summary>Deletes an item.</summary>
    /// <param name="entityTypeId">The type, for example 2 for deals.</param>
    /// <param name="id">The item's id.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteItem(int entityTypeId, long id) =>
        new(ItemDelete, Write.Parameters(("entityTypeId", entityTypeId), ("id", id)));

    /// <summary>Asks for the fields of a type.</summary>
    /// <param name="entityTypeId">The type, for example 2 for deals.</param>
    /// <param name="useOriginalUfNames">
    /// Names of user fields as in the database (<c>UF_CRM_…</c>) in request and answer. Default false.
    /// </param>
    /// <returns>The call.</returns>
    public static RestCall GetFields(int entityTypeId, bool useOriginalUfNames = false) =>
        new(ItemFields, Write.Parameters(("entityTypeId", entityTypeId), ("useOriginalUfNames", useOriginalUfNames ? "Y" : null)));
}
