namespace Bitrix24.Client.Methods;

/// <summary>Single entries of directories, funnels and currencies. Lists of them: <see cref="CrmMethods"/>.</summary>
public static class CrmDirectoryMethods
{
    /// <summary><c>crm.status.get</c>: one entry of a directory. Result: <see cref="Rows.CrmStatus"/>.</summary>
    public static readonly RestMethod StatusGet = new("crm.status.get", "api-reference/crm/status/crm-status-get.md", "crm", IsRead: true);

    /// <summary><c>crm.status.entity.items</c>: the entries of one directory, short. Rows: <see cref="Rows.DirectoryItem"/>.</summary>
    public static readonly RestMethod StatusEntityItems = new(
        "crm.status.entity.items", "api-reference/crm/status/crm-status-entity-items.md", "crm", IsRead: true);

    /// <summary>
    /// <c>crm.status.entity.types</c>: the directories, stages of each funnel among them. Rows: <see cref="Rows.CrmDirectory"/>.
    /// </summary>
    public static readonly RestMethod StatusEntityTypes = new(
        "crm.status.entity.types", "api-reference/crm/status/crm-status-entity-types.md", "crm", IsRead: true);

    /// <summary>
    /// <c>crm.category.get</c>: one funnel. The result's <c>category</c>: <see cref="Rows.CrmCategory"/>. Errors: <c>NOT_FOUND</c>,
    /// <c>ACCESS_DENIED</c>, <c>ENTITY_TYPE_NOT_SUPPORTED</c>.
    /// </summary>
    public static readonly RestMethod CategoryGet = new(
        "crm.category.get", "api-reference/crm/universal/category/crm-category-get.md", "crm", IsRead: true);

    /// <summary><c>crm.currency.get</c>: one currency. Result: <see cref="Rows.Currency"/>.</summary>
    public static readonly RestMethod CurrencyGet = new(
        "crm.currency.get", "api-reference/crm/currency/crm-currency-get.md", "crm", IsRead: true);

    /// <summary>Asks for an entry of a directory.</summary>
    /// <param name="id">The entry's id.</param>
    /// <returns>The call.</returns>
    public static RestCall GetStatus(long id) => new(StatusGet, Write.Parameters(("id", id)));

    /// <summary>Asks for the entries of one directory.</summary>
    /// <param name="entityId">The directory, for example <c>SOURCE</c> or <c>DEAL_STAGE_2</c>.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListDirectoryItems(string entityId) => new(StatusEntityItems, Write.Parameters(("entityId", entityId)));

    /// <summary>Asks for the directories.</summary>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListDirectories() => new(StatusEntityTypes);

    /// <summary>Asks for a funnel.</summary>
    /// <param name="entityTypeId">The type, for example 2 for deals.</param>
    /// <param name="id">The funnel's id.</param>
    /// <returns>The call; its result is <c>{category}</c>.</returns>
    public static RestCall GetCategory(int entityTypeId, long id) =>
        new(CategoryGet, Write.Parameters(("entityTypeId", entityTypeId), ("id", id)));

    /// <summary>Asks for a currency.</summary>
    /// <param name="code">The ISO 4217 code.</param>
    /// <returns>The call.</returns>
    public static RestCall GetCurrency(string code) => new(CurrencyGet, Write.Parameters(("id", code)));
}
