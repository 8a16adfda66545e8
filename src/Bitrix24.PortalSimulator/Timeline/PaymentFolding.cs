namespace Bitrix24.PortalSimulator.Timeline;

/// <summary>Payments: the order, by default one for each payment, and the time of paying.</summary>
internal static class PaymentFolding
{
    public static void Fold(RowChange change)
    {
        change.Require("entityTypeId", "entityId", "sum");
        if (change.IsAdd)
        {
            change.SetUnlessGiven("orderId", change.Id);
            change.SetUnlessGiven("accountNumber", $"{change.Integer("orderId")}/1");
            change.SetUnlessGiven("dateBill", change.Time);
        }
        if (change.Changes("paid"))
        {
            change.SetUnlessGiven("datePaid", change.Text("paid") == "Y" ? change.Time : null);
        }
        change.Store();
    }
}
