namespace Bitrix24.Client.Methods;

/// <summary>
/// Payments of deals and smart invoices. Lists of them: <see cref="CrmMethods.ListItemPayments"/> and <see cref="SaleMethods"/>.
/// </summary>
public static class CrmPaymentMethods
{
    /// <summary>
    /// <c>crm.item.payment.add</c>: adds a payment. Result: its id. Errors: <c>0</c> (no right, a wrong type, no such item, and anything
    /// else), <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod PaymentAdd = new(
        "crm.item.payment.add", "api-reference/crm/universal/payment/crm-item-payment-add.md", "crm", IsRead: false);

    /// <summary><c>crm.item.payment.get</c>: one payment. Result: <see cref="Rows.Payment"/>, without the order.</summary>
    public static readonly RestMethod PaymentGet = new(
        "crm.item.payment.get", "api-reference/crm/universal/payment/crm-item-payment-get.md", "crm", IsRead: true);

    /// <summary><c>crm.item.payment.update</c>: changes a payment. Result: <c>true</c>.</summary>
    public static readonly RestMethod PaymentUpdate = new(
        "crm.item.payment.update", "api-reference/crm/universal/payment/crm-item-payment-update.md", "crm", IsRead: false);

    /// <summary><c>crm.item.payment.delete</c>: deletes a payment. Result: <c>true</c>.</summary>
    public static readonly RestMethod PaymentDelete = new(
        "crm.item.payment.delete", "api-reference/crm/universal/payment/crm-item-payment-delete.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.item.payment.pay</c>: marks a payment as paid. Result: <c>true</c>. Errors: <c>0</c> (no such payment, no right, and anything
    /// else), <c>100</c> (a parameter is missing).
    /// </summary>
    public static readonly RestMethod PaymentPay = new(
        "crm.item.payment.pay", "api-reference/crm/universal/payment/crm-item-payment-pay.md", "crm", IsRead: false);

    /// <summary><c>crm.item.payment.unpay</c>: marks a payment as not paid. Result: <c>true</c>.</summary>
    public static readonly RestMethod PaymentUnpay = new(
        "crm.item.payment.unpay", "api-reference/crm/universal/payment/crm-item-payment-unpay.md", "crm", IsRead: false);

    /// <summary>Adds a payment to an item.</summary>
    /// <param name="entityTypeId">The type: 2 deal, 31 smart invoice.</param>
    /// <param name="entityId">The item's id.</param>
    /// <returns>The call; its result is the payment's id.</returns>
    public static RestCall AddPayment(int entityTypeId, long entityId) =>
        new(PaymentAdd, Write.Parameters(("entityId", entityId), ("entityTypeId", entityTypeId)));

    /// <summary>Asks for a payment.</summary>
    /// <param name="id">The payment's id.</param>
    /// <returns>The call.</returns>
    public static RestCall GetPayment(long id) => new(PaymentGet, Write.Parameters(("id", id)));

    /// <summary>Changes a payment.</summary>
    /// <param name="id">The payment's id.</param>
    /// <param name="isPaid">Whether it is paid.</param>
    /// <param name="paySystemId">The pay system.</param>
    /// <returns>The call.</returns>
    public static RestCall UpdatePayment(long id, bool? isPaid = null, long? paySystemId = null) =>
        new(PaymentUpdate, Write.Parameters(
            ("id", id), ("fields", Write.Parameters(("paid", Write.YesNo(isPaid)), ("paySystemId", paySystemId)))));

    /// <summary>Deletes a payment.</summary>
    /// <param name="id">The payment's id.</param>
    /// <returns>The call.</returns>
    public static RestCall DeletePayment(long id) => new(PaymentDelete, Write.Parameters(("id", id)));

    /// <summary>Marks a payment as paid.</summary>
    /// <param name="id">The payment's id.</param>
    /// <returns>The call.</returns>
    public static RestCall Pay(long id) => new(PaymentPay, Write.Parameters(("id", id)));

    /// <summary>Marks a payment as not paid.</summary>
    /// <param name="id">The payment's id.</param>
    /// <returns>The call.</returns>
    public static RestCall Unpay(long id) => new(PaymentUnpay, Write.Parameters(("id", id)));
}
