namespace Bitrix24.Client.Methods;

/// <summary>Triggers of the application in the automation of the CRM. People put a trigger on a stage; the application fires it.</summary>
public static class CrmTriggerMethods
{
    /// <summary>
    /// <c>crm.automation.trigger.add</c>: registers a trigger; the same code renames it. Result: <c>true</c>. Errors: <c>ACCESS_DENIED</c>
    /// (no administrator, or called by a webhook); texts with an empty code: a wrong code, no name.
    /// </summary>
    public static readonly RestMethod Add = new(
        "crm.automation.trigger.add", "api-reference/crm/automation/triggers/crm-automation-trigger-add.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.automation.trigger.execute</c>: fires a trigger. Result: <c>true</c>. Errors: <c>ACCESS_DENIED</c> (no administrator, or
    /// called by a webhook); texts with an empty code: a code that is wrong or not registered, a wrong item.
    /// </summary>
    public static readonly RestMethod Execute = new(
        "crm.automation.trigger.execute", "api-reference/crm/automation/triggers/crm-automation-trigger-execute.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.automation.trigger.list</c>: the application's triggers. Rows: <see cref="Rows.Trigger"/>. Errors: <c>ACCESS_DENIED</c> (no
    /// administrator, or called by a webhook).
    /// </summary>
    public static readonly RestMethod List = new(
        "crm.automation.trigger.list", "api-reference/crm/automation/triggers/crm-automation-trigger-list.md", "crm", IsRead: true);

    /// <summary><c>crm.automation.trigger.delete</c>: deletes a trigger. Result: <c>true</c>.</summary>
    public static readonly RestMethod Delete = new(
        "crm.automation.trigger.delete", "api-reference/crm/automation/triggers/crm-automation-trigger-delete.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.automation.trigger</c>: fires a trigger of the kind "webhook" that stands on a stage; needs the right to change the item.
    /// Result: <c>true</c>.
    /// </summary>
    public static readonly RestMethod ExecuteWebhook = new(
        "crm.automation.trigger", "api-reference/crm/automation/crm-automation-trigger.md", "crm", IsRead: false);

    /// <summary>Registers a trigger.</summary>
    /// <param name="code">What tells the trigger apart within the application: small letters, digits, dot, dash, underscore.</param>
    /// <param name="name">The name people see.</param>
    /// <returns>The call.</returns>
    public static RestCall AddTrigger(string code, string name) => new(Add, Write.Parameters(("CODE", code), ("NAME", name)));

    /// <summary>Fires a trigger.</summary>
    /// <param name="code">What tells the trigger apart within the application: small letters, digits, dot, dash, underscore.</param>
    /// <param name="ownerTypeId">The item's type.</param>
    /// <param name="ownerId">The item's id.</param>
    /// <returns>The call.</returns>
    public static RestCall ExecuteTrigger(string code, int ownerTypeId, long ownerId) =>
        new(Execute, Write.Parameters(("CODE", code), ("OWNER_TYPE_ID", ownerTypeId), ("OWNER_ID", ownerId)));

    /// <summary>Asks for the application's triggers.</summary>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListTriggers() => new(List);

    /// <summary>Deletes a trigger.</summary>
    /// <param name="code">What tells the trigger apart within the application: small letters, digits, dot, dash, underscore.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteTrigger(string code) => new(Delete, Write.Parameters(("CODE", code)));

    /// <summary>Fires a trigger of the kind "webhook".</summary>
    /// <param name="target">The item, for example <c>DEAL_5</c>.</param>
    /// <param name="code">The code that was set at the stage; null for a trigger without one.</param>
    /// <returns>The call.</returns>
    public static RestCall ExecuteWebhookTrigger(string target, string? code = null) =>
        new(ExecuteWebhook, Write.Parameters(("target", target), ("code", code)));
}
