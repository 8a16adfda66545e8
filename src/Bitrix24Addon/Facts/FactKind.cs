namespace Bitrix24Addon.Facts;

/// <summary>
/// What a fact is about. The numbers are stored: never renumber, only append.
/// </summary>
public enum FactKind
{
    /// <summary>One row of call statistics (<c>voximplant.statistic.get</c>).</summary>
    Call = 1,

    /// <summary>A CRM activity (<c>crm.activity.list</c>).</summary>
    Activity = 2,

    /// <summary>A lead as last seen (<c>crm.item.list</c>, type 1).</summary>
    Lead = 3,

    /// <summary>A deal as last seen (<c>crm.item.list</c>, type 2).</summary>
    Deal = 4,

    /// <summary>A quote as last seen (<c>crm.item.list</c>, type 7).</summary>
    Quote = 5,

    /// <summary>A row of the stage history of leads (<c>crm.stagehistory.list</c>, type 1).</summary>
    LeadStage = 6,

    /// <summary>A row of the stage history of deals (<c>crm.stagehistory.list</c>, type 2).</summary>
    DealStage = 7,

    /// <summary>The money of a won deal, frozen when the win was first seen; the source id is that of the stage history row.</summary>
    DealWin = 8,

    /// <summary>A task as last seen (<c>tasks.task.list</c>).</summary>
    Task = 9,

    /// <summary>A working-day record (v3 <c>timeman.record.list</c>).</summary>
    WorkDay = 10,

    /// <summary>A user's membership and state (<c>user.get</c>).</summary>
    User = 11,

    /// <summary>A department's place and head (<c>department.get</c>).</summary>
    Department = 12,

    /// <summary>A calendar event, one occurrence a fact (<c>calendar.event.get</c>).</summary>
    CalendarEvent = 13,

    /// <summary>A payment of a deal (<c>sale.payment.list</c>, <c>crm.item.payment.list</c>).</summary>
    Payment = 14,

    /// <summary>A smart invoice as last seen (<c>crm.item.list</c>, type 31).</summary>
    Invoice = 15,

    /// <summary>An absence of a person (<c>calendar.accessibility.get</c>, "absent" only).</summary>
    Absence = 16,

    /// <summary>A row of the stage history of smart invoices (<c>crm.stagehistory.list</c>, type 31).</summary>
    InvoiceStage = 17,

    /// <summary>The money of a payment, frozen when it was first seen paid; the source id is that of the payment.</summary>
    PaymentMoney = 18,

    /// <summary>The money of a smart invoice, frozen when its success was first seen; the source id is that of the invoice.</summary>
    InvoiceMoney = 19,
}
