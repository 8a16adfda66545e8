using System.Text.Json.Nodes;
using Bitrix24.Client.Lists;

namespace Bitrix24.Client.Methods;

/// <summary>CRM: items, stage history, activities, directories.</summary>
public static class CrmMethods
{
    /// <summary>
    /// <c>crm.item.list</c>: leads, deals, contacts, companies, smart processes. Rows: <see cref="Rows.CrmItem"/>. Errors:
    /// <c>INVALID_ARG_VALUE</c> (a field that cannot be filtered or sorted by), <c>NOT_FOUND</c>, <c>ENTITY_TYPE_NOT_SUPPORTED</c>,
    /// <c>ACCESS_DENIED</c>, <c>allowed_only_intranet_user</c>, <c>100</c> (a parameter is missing or of the wrong type).
    /// </summary>
    public static readonly RestMethod ItemList = new("crm.item.list", "api-reference/crm/universal/crm-item-list.md", "crm", IsRead: true);

    /// <summary>
    /// <c>crm.item.get</c>: one item. Errors: <c>NOT_FOUND</c>, <c>ACCESS_DENIED</c>, <c>ENTITY_TYPE_NOT_SUPPORTED</c>,
    /// <c>allowed_only_intranet_user</c>.
    /// </summary>
    public static readonly RestMethod ItemGet = new("crm.item.get", "api-reference/crm/universal/crm-item-get.md", "crm", IsRead: true);

    /// <summary><c>crm.stagehistory.list</c>: moves between stages. Rows: <see cref="Rows.StageHistoryRecord"/>.</summary>
    public static readonly RestMethod StageHistoryList = new(
        "crm.stagehistory.list", "api-reference/crm/crm-stage-history-list.md", "crm", IsRead: true);

    /// <summary><c>crm.activity.list</c>: activities. Rows: <see cref="Rows.CrmActivity"/>.</summary>
    public static readonly RestMethod ActivityList = new(
        "crm.activity.list", "api-reference/crm/timeline/activities/activity-base/crm-activity-list.md", "crm", IsRead: true);

    /// <summary><c>crm.activity.binding.list</c>: the objects an activity is bound to. Rows: <see cref="Rows.ActivityBinding"/>.</summary>
    public static readonly RestMethod ActivityBindingList = new(
        "crm.activity.binding.list", "api-reference/crm/timeline/activities/binding/crm-activity-binding-list.md", "crm", IsRead: true);

    /// <summary><c>crm.status.list</c>: entries of directories, stages among them. Rows: <see cref="Rows.CrmStatus"/>.</summary>
    public static readonly RestMethod StatusList = new("crm.status.list", "api-reference/crm/status/crm-status-list.md", "crm", IsRead: true);

    /// <summary><c>crm.category.list</c>: funnels. The result's <c>categories</c>: <see cref="Rows.CrmCategory"/>.</summary>
    public static readonly RestMethod CategoryList = new(
        "crm.category.list", "api-reference/crm/universal/category/crm-category-list.md", "crm", IsRead: true);

    /// <summary><c>crm.currency.list</c>: currencies with their rates. Rows: <see cref="Rows.Currency"/>.</summary>
    public static readonly RestMethod CurrencyList = new(
        "crm.currency.list", "api-reference/crm/currency/crm-currency-list.md", "crm", IsRead: true);

    /// <summary><c>crm.item.payment.list</c>: the payments of one item. Rows: <see cref="Rows.Payment"/>, without the order.</summary>
    public static readonly RestMethod ItemPaymentList = new(
        "crm.item.payment.list", "api-reference/crm/universal/payment/crm-item-payment-list.md", "crm", IsRead: true);

    /// <summary><c>crm.orderentity.list</c>: which order belongs to which item. The result's <c>orderEntity</c>: <see cref="Rows.OrderBinding"/>.</summary>
    public static readonly RestMethod OrderEntityList = new(
        "crm.orderentity.list", "api-reference/crm/universal/order-entity/crm-order-entity-list.md", "crm", IsRead: true);

    /// <summary>Reads items by id; give <c>entityTypeId</c> among the parameters. Field names are camelCase.</summary>
    public static readonly ListMethod Items = new(ItemList) { IdField = "id", IdRowField = "id", RowsName = "items" };

    /// <summary>Reads stage history by id; give <c>entityTypeId</c> among the parameters. Field names are upper-case.</summary>
    public static readonly ListMethod StageHistory = new(StageHistoryList) { RowsName = "items" };

    /// <summary>Reads activities by id.</summary>
    public static readonly ListMethod Activities = new(ActivityList);

    /// <summary>Asks for one item.</summary>
    /// <param name="entityTypeId">The type: 1 lead, 2 deal, 3 contact, 4 company, 128 and above smart processes.</param>
    /// <param name="id">The item's id.</param>
    /// <returns>The call; its result is <c>{item}</c>.</returns>
    public static RestCall GetItem(int entityTypeId, long id) =>
        new(ItemGet, new JsonObject { ["entityTypeId"] = entityTypeId, ["id"] = id });

    /// <summary>Asks for items by id.</summary>
    /// <param name="key">The caller's name for the list.</param>
    /// <param name="entityTypeId">The type: 1 lead, 2 deal, 3 contact, 4 company, 128 and above smart processes.</param>
    /// <param name="select">The fields, camelCase; empty for the default.</param>
    /// <param name="filter">The filter, camelCase, without the id.</param>
    /// <param name="afterId">Only greater ids.</param>
    /// <returns>The query.</returns>
    public static ListQuery ReadItems(
        string key, int entityTypeId, IReadOnlyList<string> select, JsonObject? filter = null, long afterId = 0) => new(key, Items)
        {
            Parameters = new JsonObject { ["entityTypeId"] = entityTypeId }, Select = select, Filter = filter ?? [], AfterId = afterId,
        };

    /// <summary>Asks for stage history by id.</summary>
    /// <param name="key">The caller's name for the list.</param>
    /// <param name="entityTypeId">The type: 1 lead, 2 deal, 5 old invoice, 31 smart invoice, 128 and above smart processes.</param>
    /// <param name="filter">The filter, upper-case, without the id.</param>
    /// <param name="afterId">Only greater ids.</param>
    /// <returns>The query.</returns>
    public static ListQuery ReadStageHistory(string key, int entityTypeId, JsonObject? filter = null, long afterId = 0) =>
        new(key, StageHistory)
        {
            Parameters = new JsonObject { ["entityTypeId"] = entityTypeId }, Filter = filter ?? [], AfterId = afterId,
        };

    /// <summary>Asks for the objects an activity is bound to.</summary>
    /// <param name="activityId">The activity's id.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListActivityBindings(long activityId) =>
        new(ActivityBindingList, new JsonObject { ["activityId"] = activityId });

    /// <summary>Asks for the payments of one item; nothing is said about pages, so all of them come.</summary>
    /// <param name="entityTypeId">The type: 2 deal, 31 smart invoice.</param>
    /// <param name="id">The item's id.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListItemPayments(long entityTypeId, long id) =>
        new(ItemPaymentList, new JsonObject { ["entityId"] = id, ["entityTypeId"] = entityTypeId });

    /// <summary>Asks for the items that orders belong to: at most 50 rows come.</summary>
    /// <param name="orderIds">The orders; few enough that their rows fill no page.</param>
    /// <returns>The call; its result is <c>{orderEntity}</c>.</returns>
    public static RestCall ListOrderBindings(IEnumerable<long> orderIds)
    {
        ArgumentNullException.ThrowIfNull(orderIds);
        return new(OrderEntityList, new JsonObject
        {
            ["select"] = new JsonArray("orderId", "ownerId", "ownerTypeId"),
            ["filter"] = new JsonObject { ["@orderId"] = new JsonArray([.. orderIds.Select(id => (JsonNode)id)]) },
            ["order"] = new JsonObject { ["orderId"] = "asc" },
        });
    }

    /// <summary>Asks for entries of directories.</summary>
    /// <param name="entityId">One directory, for example <c>STATUS</c> or <c>DEAL_STAGE_2</c>; null for all.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListStatuses(string? entityId = null) => entityId is null
        ? new RestCall(StatusList)
        : new RestCall(StatusList, new JsonObject { ["filter"] = new JsonObject { ["ENTITY_ID"] = entityId } });

    /// <summary>Asks for the funnels of a type.</summary>
    /// <param name="entityTypeId">The type, for example 2 for deals.</param>
    /// <returns>The call; its result is <c>{categories}</c>. The default funnel of deals has id 0.</returns>
    public static RestCall ListCategories(int entityTypeId) =>
        new(CategoryList, new JsonObject { ["entityTypeId"] = entityTypeId });

    /// <summary>Asks for the currencies.</summary>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListCurrencies() => new(CurrencyList);
}
