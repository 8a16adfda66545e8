namespace Bitrix24.PortalSimulator.State;

/// <summary>A row of a directory as crm.status.list answers it; semantics is null for a process stage, else S or F.</summary>
internal sealed record DirectoryRow(string EntityId, string StatusId, string Name, long Sort, string? Semantics);

/// <summary>The directories of a new portal (api-reference/crm/status/crm-status-list.md and the stage lists of leads, deals, quotes).</summary>
internal static class DefaultDirectories
{
    public static IReadOnlyList<DirectoryRow> All { get; } =
    [
        new("STATUS", "NEW", "Не обработан", 10, null),
        new("STATUS", "IN_PROCESS", "В работе", 20, null),
        new("STATUS", "PROCESSED", "Обработан", 30, null),
        new("STATUS", "CONVERTED", "Качественный лид", 40, "S"),
        new("STATUS", "JUNK", "Некачественный лид", 50, "F"),
        new("DEAL_STAGE", "NEW", "Новая", 10, null),
        new("DEAL_STAGE", "PREPARATION", "Подготовка документов", 20, null),
        new("DEAL_STAGE", "PREPAYMENT_INVOICE", "Cчет на предоплату", 30, null),
        new("DEAL_STAGE", "EXECUTING", "В работе", 40, null),
        new("DEAL_STAGE", "FINAL_INVOICE", "Финальный счет", 50, null),
        new("DEAL_STAGE", "WON", "Сделка успешна", 60, "S"),
        new("DEAL_STAGE", "LOSE", "Сделка провалена", 70, "F"),
        new("DEAL_STAGE", "APOLOGY", "Анализ причины провала", 80, "F"),
        new("QUOTE_STATUS", "DRAFT", "Новое", 10, null),
        new("QUOTE_STATUS", "SENT", "Отправлено клиенту", 20, null),
        new("QUOTE_STATUS", "APPROVED", "Принято", 30, "S"),
        new("QUOTE_STATUS", "DECLAINED", "Отклонено", 40, "F"),
        new("SMART_INVOICE_STAGE_1", "DT31_1:N", "Новый", 10, null),
        new("SMART_INVOICE_STAGE_1", "DT31_1:S", "Отправлен", 20, null),
        new("SMART_INVOICE_STAGE_1", "DT31_1:P", "Оплачен", 30, "S"),
        new("SMART_INVOICE_STAGE_1", "DT31_1:D", "Не оплачен", 40, "F"),
        new("SOURCE", "CALL", "Звонок", 10, null),
        new("SOURCE", "EMAIL", "Электронная почта", 20, null),
        new("SOURCE", "WEB", "Веб-сайт", 30, null),
        new("SOURCE", "ADVERTISING", "Реклама", 40, null),
        new("SOURCE", "PARTNER", "Существующий клиент", 50, null),
        new("SOURCE", "RECOMMENDATION", "По рекомендации", 60, null),
        new("SOURCE", "TRADE_SHOW", "Выставка", 70, null),
        new("SOURCE", "WEBFORM", "CRM-форма", 80, null),
        new("SOURCE", "CALLBACK", "Обратный звонок", 90, null),
        new("SOURCE", "RC_GENERATOR", "Генератор продаж", 100, null),
        new("SOURCE", "STORE", "Интернет-магазин", 110, null),
        new("SOURCE", "OTHER", "Другое", 120, null),
    ];
}
