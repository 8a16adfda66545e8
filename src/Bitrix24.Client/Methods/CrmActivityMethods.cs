using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>
/// Activities of the CRM and what they are bound to. Lists of them: <see cref="CrmMethods"/>; to-dos: <see cref="CrmTodoMethods"/>.
/// </summary>
public static class CrmActivityMethods
{
    /// <summary><c>crm.activity.get</c>: one activity. Result: <see cref="Rows.CrmActivity"/>.</summary>
    public static readonly RestMethod ActivityGet = new(
        "crm.activity.get", "api-reference/crm/timeline/activities/activity-base/crm-activity-get.md", "crm", IsRead: true);

    /// <summary>
    /// <c>crm.activity.add</c>: adds an activity; frozen, <c>crm.activity.todo.add</c> succeeds it. Result: its id. Errors: texts with an
    /// empty code.
    /// </summary>
    public static readonly RestMethod ActivityAdd = new(
        "crm.activity.add", "api-reference/crm/timeline/activities/activity-base/crm-activity-add.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.activity.update</c>: changes an activity; frozen, but the only way to complete a to-do. Result: <c>true</c>. Errors: texts
    /// with an empty code.
    /// </summary>
    public static readonly RestMethod ActivityUpdate = new(
        "crm.activity.update", "api-reference/crm/timeline/activities/activity-base/crm-activity-update.md", "crm", IsRead: false);

    /// <summary><c>crm.activity.delete</c>: deletes an activity. Result: <c>true</c>.</summary>
    public static readonly RestMethod ActivityDelete = new(
        "crm.activity.delete", "api-reference/crm/timeline/activities/activity-base/crm-activity-delete.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.activity.binding.add</c>: binds an activity to one more object, 100 at most. Result: <c>true</c>. Errors:
    /// <c>ACTIVITY_IS_ALREADY_BOUND</c>, <c>NOT_FOUND</c>, <c>OWNER_NOT_FOUND</c>, <c>ACCESS_DENIED</c>, <c>100</c> (a parameter is
    /// missing).
    /// </summary>
    public static readonly RestMethod BindingAdd = new(
        "crm.activity.binding.add", "api-reference/crm/timeline/activities/binding/crm-activity-binding-add.md", "crm", IsRead: false);

    /// <summary><c>crm.activity.binding.delete</c>: takes an activity off an object. Result: <c>true</c>.</summary>
    public static readonly RestMethod BindingDelete = new(
        "crm.activity.binding.delete", "api-reference/crm/timeline/activities/binding/crm-activity-binding-delete.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.activity.binding.move</c>: moves a binding to another object of the same type. Result: <c>true</c>. Errors:
    /// <c>BINDING_NOT_FOUND</c>, <c>ACTIVITY_IS_ALREADY_BOUND</c>, <c>SOURCE_AND_TARGET_ENTITY_TYPES_ARE_NOT_EQUAL_ERROR</c>,
    /// <c>SOURCE_AND_TARGET_ENTITY_ID_ARE_EQUAL_ERROR</c>, <c>NOT_FOUND</c>, <c>OWNER_NOT_FOUND</c>, <c>ACCESS_DENIED</c>, <c>100</c> (a
    /// parameter is missing).
    /// </summary>
    public static readonly RestMethod BindingMove = new(
        "crm.activity.binding.move", "api-reference/crm/timeline/activities/binding/crm-activity-binding-move.md", "crm", IsRead: false);

    /// <summary>
    /// <c>crm.activity.call.getTranscript</c>: the transcript of a call that has one; makes none. Result:
    /// <see cref="Rows.CallTranscript"/>, or null.
    /// </summary>
    public static readonly RestMethod CallTranscript = new(
        "crm.activity.call.getTranscript",
        "api-reference/crm/timeline/activities/activity-base/crm-activity-call-get-transcript.md",
        "crm",
        IsRead: true);

    /// <summary><c>crm.activity.fields</c>: the fields of activities, a map by name. Rows: <see cref="Rows.CrmField"/>.</summary>
    public static readonly RestMethod ActivityFields = new(
        "crm.activity.fields", "api-reference/crm/timeline/activities/activity-base/crm-activity-fields.md", "crm", IsRead: true);

    /// <summary>Asks for the fields of activities.</summary>
    /// <returns>The call; its result is a map from name to field.</returns>
    public static RestCall GetFields() => new(ActivityFields);

    /// <summary>Asks for an activity.</summary>
    /// <param name="id">The activity's id.</param>
    /// <returns>The call.</returns>
    public static RestCall GetActivity(long id) => new(ActivityGet, Write.Parameters(("id", id)));

    /// <summary>Adds an activity. Tasks are made by task methods and <c>UF_CRM_TASK</c> instead.</summary>
    /// <param name="fields">
    /// The fields, upper-case; OWNER_TYPE_ID, OWNER_ID, TYPE_ID, COMMUNICATIONS and RESPONSIBLE_ID are required.
    /// </param>
    /// <returns>The call; its result is the activity's id.</returns>
    public static RestCall AddActivity(JsonObject fields) => new(ActivityAdd, Write.Parameters(("fields", fields)));

    /// <summary>Changes an activity.</summary>
    /// <param name="id">The activity's id.</param>
    /// <param name="fields">The changed fields, upper-case.</param>
    /// <returns>The call.</returns>
    public static RestCall UpdateActivity(long id, JsonObject fields) =>
        new(ActivityUpdate, Write.Parameters(("id", id), ("fields", fields)));

    /// <summary>Completes an activity, also a to-do: there is no other way to do that.</summary>
    /// <param name="id">The activity's id.</param>
    /// <returns>The call.</returns>
    public static RestCall CompleteActivity(long id) =>
        new(ActivityUpdate, Write.Parameters(("id", id), ("fields", Write.Parameters(("COMPLETED", "Y")))));

    /// <summary>Deletes an activity.</summary>
    /// <param name="id">The activity's id.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteActivity(long id) => new(ActivityDelete, Write.Parameters(("id", id)));

    /// <summary>Binds an activity to one more object.</summary>
    /// <param name="activityId">The activity's id.</param>
    /// <param name="entityTypeId">The object's type.</param>
    /// <param name="entityId">The object's id.</param>
    /// <returns>The call.</returns>
    public static RestCall Bind(long activityId, int entityTypeId, long entityId) =>
        new(BindingAdd, Write.Parameters(("activityId", activityId), ("entityTypeId", entityTypeId), ("entityId", entityId)));

    /// <summary>Takes an activity off an object.</summary>
    /// <param name="activityId">The activity's id.</param>
    /// <param name="entityTypeId">The object's type.</param>
    /// <param name="entityId">The object's id.</param>
    /// <returns>The call.</returns>
    public static RestCall Unbind(long activityId, int entityTypeId, long entityId) =>
        new(BindingDelete, Write.Parameters(("activityId", activityId), ("entityTypeId", entityTypeId), ("entityId", entityId)));

    /// <summary>Moves a binding to another object of the same type.</summary>
    /// <param name="activityId">The activity's id.</param>
    /// <param name="sourceTypeId">The type of both objects.</param>
    /// <param name="sourceId">The object it is bound to.</param>
    /// <param name="targetId">The object it shall be bound to.</param>
    /// <returns>The call.</returns>
    public static RestCall MoveBinding(long activityId, int sourceTypeId, long sourceId, long targetId) =>
        new(BindingMove, Write.Parameters(
            ("activityId", activityId), ("sourceEntityTypeId", sourceTypeId), ("sourceEntityId", sourceId),
            ("targetEntityTypeId", sourceTypeId), ("targetEntityId", targetId)));

    /// <summary>Asks for the transcript of a call.</summary>
    /// <param name="activityId">The activity's id.</param>
    /// <returns>The call.</returns>
    public static RestCall GetTranscript(long activityId) => new(CallTranscript, Write.Parameters(("activityId", activityId)));
}
