using Bitrix24.Client.Lists;

namespace Bitrix24.Client.Methods;

/// <summary>Orders and payments of the shop, which CRM payments are made of.</summary>
public static class SaleMethods
{
    /// <summary><c>sale.payment.list</c>: payments of all orders; for administrators. Rows: <see cref="Rows.Payment"/>.</summary>
    public static readonly RestMethod PaymentList = new("sale.payment.list", "api-reference/sale/payment/sale-payment-list.md", "sale", IsRead: true);

    /// <summary><c>sale.payment.get</c>: one payment; for administrators. The result's <c>payment</c>: <see cref="Rows.Payment"/>.</summary>
    public static readonly RestMethod PaymentGet = new("sale.payment.get", "api-reference/sale/payment/sale-payment-get.md", "sale", IsRead: true);

    /// <summary>Reads payments by id. Field names are camelCase.</summary>
    public static readonly ListMethod Payments = new(PaymentList) { IdField = "id", IdRowField = "id", RowsName = "payments", Start = 0 };

    /// <summary>Asks for a payment.</summary>
    /// <param name="id">The payment's id.</param>
    /// <returns>The call; its result is <c>{payment}</c>.</returns>
    public static RestCall GetPayment(long id) => new(PaymentGet, Write.Parameters(("id", id)));
}
