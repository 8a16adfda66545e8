using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>Product rows of leads, deals, proposals, smart invoices and items of smart processes.</summary>
public static class CrmProductRowMethods
{
    /// <summary>
    /// <c>crm.item.productrow.list</c>: the rows of one owner, 50 a page. The result's <c>productRows</c>: <see cref="Rows.ProductRow"/>.
    /// Errors: <c>ACCESS_DENIED</c>, <c>INVALID_ARG_VALUE</c>, <c>100</c> (a parameter is missing), <c>0</c> (anything else).
    /// </summary>
    public static readonly RestMethod ProductRowList = new(
        "crm.item.productrow.list", "api-reference/crm/universal/product-rows/crm-item-productrow-list.md", "crm", IsRead: true);

    /// <summary>
    /// <c>crm.item.productrow.get</c>: one row. The result's <c>productRow</c>: <see cref="Rows.ProductRow"/>. Errors: <c>NOT_FOUND</c>,
    /// <c>ENTITY_TYPE_NOT_SUPPORTED</c>, <c>ACCESS_DENIED</c>, <c>100</c> (a parameter is missing), <c>0</c> (anything else).
    /// </summary>
    public static readonly RestMethod ProductRowGet = new(
        "crm.item.productrow.get", "api-reference/crm/universal/product-rows/crm-item-productrow-get.md", "crm", IsRead: true);

    /// <summary>
    /// <c>crm.item.productrow.add</c>: adds a row. The result's <c>productRow</c>: <see cref="Rows.ProductRow"/>. Errors:
    /// <c>OWNER_NOT_FOUND</c>, <c>ENTITY_TYPE_NOT_SUPPORTED</c>, <c>ACCESS_DENIED</c>, <c>100</c> (a parameter is missing), <c>0</c>
    /// (anything else).
    /// </summary>
    public static readonly RestMethod ProductRowAdd = new(
        "crm.item.productrow.add", "api-reference/crm/universal/product-rows/crm-item-productrow-add.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.item.productrow.update</c>: changes a row. The result's <c>productRow</c>: <see cref="Rows.ProductRow"/>. Errors:
    /// <c>NOT_FOUND</c>, <c>ENTITY_TYPE_NOT_SUPPORTED</c>, <c>ACCESS_DENIED</c>, <c>INVALID_ARG_VALUE</c> (a field that is unknown or
    /// cannot be changed), <c>100</c> (a parameter is missing), <c>0</c> (anything else).
    /// </summary>
    public static readonly RestMethod ProductRowUpdate = new(
        "crm.item.productrow.update", "api-reference/crm/universal/product-rows/crm-item-productrow-update.md", "crm", IsRead: false);

    /// <summary><c>crm.item.productrow.delete</c>: deletes a row. Result: null.</summary>
    public static readonly RestMethod ProductRowDelete = new(
        "crm.item.productrow.delete", "api-reference/crm/universal/product-rows/crm-item-productrow-delete.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.item.productrow.set</c>: puts these rows in place of all. The result's <c>productRows</c>: <see cref="Rows.ProductRow"/>.
    /// Errors: <c>OWNER_NOT_FOUND</c>, <c>ENTITY_TYPE_NOT_SUPPORTED</c>, <c>ACCESS_DENIED</c>, <c>100</c> (a parameter is missing),
    /// <c>0</c> (anything else).
    /// </summary>
    public static readonly RestMethod ProductRowSet = new(
        "crm.item.productrow.set", "api-reference/crm/universal/product-rows/crm-item-productrow-set.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.item.productrow.getAvailableForPayment</c>: the rows no payment holds yet. The result's <c>productRows</c>:
    /// <see cref="Rows.ProductRow"/>.
    /// </summary>
    public static readonly RestMethod ProductRowsForPayment = new(
        "crm.item.productrow.getAvailableForPayment",
        "api-reference/crm/universal/product-rows/crm-item-productrow-get-available-for-payment.md",
        "crm",
        IsRead: true);

    /// <summary>Asks for a page of the rows of an owner; read on with <see cref="Lists.PageReader"/> and its <c>RowsName</c>.</summary>
    /// <param name="entityTypeId">The owner's type.</param>
    /// <param name="ownerId">The owner's id.</param>
    /// <param name="start">Rows to skip, a multiple of 50.</param>
    /// <returns>The call; its result is <c>{productRows}</c>.</returns>
    public static RestCall ListProductRows(int entityTypeId, long ownerId, int start = 0) =>
        new(ProductRowList, Write.Parameters(
            ("filter", Write.Parameters(("=ownerType", CrmEntityType.ShortCode(entityTypeId)), ("=ownerId", ownerId))),
            ("order", Write.Parameters(("id", "asc"))), ("start", start)));

    /// <summary>Asks for a row.</summary>
    /// <param name="id">The row's id.</param>
    /// <returns>The call; its result is <c>{productRow}</c>.</returns>
    public static RestCall GetProductRow(long id) => new(ProductRowGet, Write.Parameters(("id", id)));

    /// <summary>Adds a row.</summary>
    /// <param name="fields">
    /// The fields: ownerId and ownerType (<see cref="CrmEntityType.ShortCode"/>), and those of <see cref="UpdateProductRow"/>.
    /// </param>
    /// <returns>The call; its result is <c>{productRow}</c>.</returns>
    public static RestCall AddProductRow(JsonObject fields) => new(ProductRowAdd, Write.Parameters(("fields", fields)));

    /// <summary>Changes a row.</summary>
    /// <param name="id">The row's id.</param>
    /// <param name="fields">
    /// The fields: productId or productName, price, quantity, discountTypeId, discountRate, discountSum, taxRate, taxIncluded, measureCode,
    /// sort.
    /// </param>
    /// <returns>The call; its result is <c>{productRow}</c>.</returns>
    public static RestCall UpdateProductRow(long id, JsonObject fields) =>
        new(ProductRowUpdate, Write.Parameters(("id", id), ("fields", fields)));

    /// <summary>Deletes a row.</summary>
    /// <param name="id">The row's id.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteProductRow(long id) => new(ProductRowDelete, Write.Parameters(("id", id)));

    /// <summary>Puts these rows in place of all rows of an owner.</summary>
    /// <param name="entityTypeId">The owner's type.</param>
    /// <param name="ownerId">The owner's id.</param>
    /// <param name="rows">The rows, with the fields of <see cref="UpdateProductRow"/>.</param>
    /// <returns>The call; its result is <c>{productRows}</c>.</returns>
    public static RestCall SetProductRows(int entityTypeId, long ownerId, IEnumerable<JsonObject> rows) =>
        new(ProductRowSet, Write.Parameters(
            ("ownerType", CrmEntityType.ShortCode(entityTypeId)), ("ownerId", ownerId), ("productRows", Write.Objects(rows))));

    /// <summary>Asks for the rows no payment holds yet.</summary>
    /// <param name="entityTypeId">The owner's type.</param>
    /// <param name="ownerId">The owner's id.</param>
    /// <returns>The call; its result is <c>{productRows}</c>.</returns>
    public static RestCall ListProductRowsForPayment(int entityTypeId, long ownerId) =>
        new(ProductRowsForPayment, Write.Parameters(("ownerType", CrmEntityType.ShortCode(entityTypeId)), ("ownerId", ownerId)));
}
