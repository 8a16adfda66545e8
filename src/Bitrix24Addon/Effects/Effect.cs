using System.Text.Json.Serialization;

namespace Bitrix24Addon.Effects;

/// <summary>Something to be done in the portal: decided with a verdict, carried out by the outbox.</summary>
/// <param name="Key">
/// What makes it once: rule, version, subject and cause in one text. A second effect with the same key in the same portal is the same
/// effect.
/// </param>
/// <param name="Subject">Effects of one subject are carried out in the order they were written, for example <c>user:101</c>.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CreateTask), "task")]
[JsonDerivedType(typeof(Notify), "notification")]
[JsonDerivedType(typeof(SendMessage), "message")]
[JsonDerivedType(typeof(SendReport), "report")]
public abstract record Effect(string Key, string Subject);

/// <summary>A task for one person (REST 3.0 <c>tasks.task.add</c>).</summary>
/// <param name="Key">See <see cref="Effect"/>.</param>
/// <param name="Subject">See <see cref="Effect"/>.</param>
/// <param name="Title">Plain text.</param>
/// <param name="Description">Text with BB codes; text from outside has been made harmless.</param>
/// <param name="ResponsibleId">Who is to do it.</param>
/// <param name="DeadlineAtMs">Deadline, Unix milliseconds.</param>
public sealed record CreateTask(string Key, string Subject, string Title, string Description, long ResponsibleId, long DeadlineAtMs) : Effect(Key, Subject);

/// <summary>A notification for one person (<c>im.notify.system.add</c>); a later one with the same tag replaces it.</summary>
/// <param name="Key">See <see cref="Effect"/>.</param>
/// <param name="Subject">See <see cref="Effect"/>.</param>
/// <param name="UserId">Who is told.</param>
/// <param name="Message">Text with BB codes.</param>
/// <param name="Tag">What it is about, its cause; one notification a tag is shown.</param>
/// <param name="IsUrgent">It does not wait for the morning and is not held back, but counts.</param>
/// <param name="IsAskedFor">A person asked for it: it passes at once and does not count.</param>
public sealed record Notify(
    string Key, string Subject, long UserId, string Message, string Tag, bool IsUrgent = false, bool IsAskedFor = false) : Effect(Key, Subject);

/// <summary>A message of the add-on's bot in a dialog (<c>imbot.v2.Chat.Message.send</c>).</summary>
/// <param name="Key">See <see cref="Effect"/>.</param>
/// <param name="Subject">See <see cref="Effect"/>.</param>
/// <param name="DialogId">A user's id or <c>chat{id}</c>.</param>
/// <param name="Message">Text with BB codes, at most 20,000 characters.</param>
/// <param name="Cause">What it is about; a person is told once a day of a cause. Null: each message is its own.</param>
/// <param name="IsUrgent">See <see cref="Notify"/>.</param>
/// <param name="IsAskedFor">See <see cref="Notify"/>.</param>
public sealed record SendMessage(
    string Key, string Subject, string DialogId, string Message, string? Cause = null, bool IsUrgent = false, bool IsAskedFor = false) : Effect(Key, Subject);

/// <summary>A report as an Excel file in a dialog (<c>imbot.v2.File.upload</c>); the file is made when it is sent.</summary>
/// <param name="Key">See <see cref="Effect"/>.</param>
/// <param name="Subject">See <see cref="Effect"/>.</param>
/// <param name="DialogId">A user's id or <c>chat{id}</c>.</param>
/// <param name="Message">Text beside the file, with BB codes.</param>
/// <param name="FromDay">First day, yyyymmdd.</param>
/// <param name="ToDay">Last day, yyyymmdd.</param>
/// <param name="UserId">One person only.</param>
/// <param name="DepartmentId">One department, with those below it.</param>
/// <param name="IsAskedFor">A person asked for it and is told what became of it: what may have arrived is not repeated unasked.</param>
/// <param name="AskerId">The user in whose name it is made; null for the add-on itself and whoever operates it.</param>
public sealed record SendReport(
    string Key, string Subject, string DialogId, string Message, int FromDay, int ToDay, long? UserId = null, long? DepartmentId = null,
    bool IsAskedFor = false, long? AskerId = null) : Effect(Key, Subject);
