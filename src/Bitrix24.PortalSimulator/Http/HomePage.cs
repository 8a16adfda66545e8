using System.Globalization;
using System.Net;
using System.Resources;
using System.Text;
using Bitrix24.PortalSimulator.Methods;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Http;

/// <summary>The page a person opens: the messages that arrived, with the files to download, the tasks and notifications that programs made. And the counters, for programs.</summary>
internal sealed class HomePage(SimulatedPortal portal)
{
    private static readonly ResourceManager Texts = new("Bitrix24.PortalSimulator.Resources.HomePage", typeof(HomePage).Assembly);

    public Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            return StatusAsync(context, StatusCodes.Status405MethodNotAllowed);
        }
        if (path == "/")
        {
            return PageAsync(context);
        }
        if (path == "/counters")
        {
            return context.Response.WriteAsJsonAsync(portal.Counters, context.RequestAborted);
        }
        if (path.StartsWith("/files/", StringComparison.Ordinal) && long.TryParse(path[7..], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return FileAsync(context, id);
        }
        return StatusAsync(context, StatusCodes.Status404NotFound);
    }

    private Task PageAsync(HttpContext context)
    {
        // Russian is the portal's own language; English for a browser that puts it first.
        var language = context.Request.GetTypedHeaders().AcceptLanguage.FirstOrDefault()?.Value.ToString() ?? "ru";
        var culture = CultureInfo.GetCultureInfo(language.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? "en" : "ru");
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        return context.Response.WriteAsync(Render(culture));
    }

    private string Render(CultureInfo culture)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html><html lang="{{culture.Name}}"><head><meta charset="utf-8"><title>{{Text("Title", culture)}}</title>
            <style>body{font:16px sans-serif;max-width:50em;margin:2em auto;padding:0 1em}article{border-top:1px solid #ccc;padding:1em 0}pre{white-space:pre-wrap;font:inherit}</style>
            </head><body><h1>{{Text("Title", culture)}}</h1><p>{{Text("Explanation", culture)}}</p>
            <p><a href="/portal/?language={{culture.Name}}">{{Text("Application", culture)}}</a></p>
            """);
        lock (portal.Gate)
        {
            AddSection(page, "Messages", portal.Chat.All.Reverse().Select(message => Article(
                culture, "Heading", message.Time, message.AuthorId, message.DialogId, message.Text, Download(message.File, culture))), culture);
            AddSection(page, "Tasks", TaskWriting.MadeByCalls(portal.State).OrderByDescending(task => task.Id).Select(task => Article(
                culture, "Task", task.Instant("createdDate"), task.Integer("createdBy"), Text(task.Integer("responsibleId")),
                $"[b]{task.Text("title")}[/b]\n{Deadline(task, culture)}\n\n{task.Text("description")}")), culture);
            AddSection(page, "Notifications", portal.NotificationStore.All.Reverse().Select(notification => Article(
                culture, "Notification", notification.Time, 0, Text(notification.UserId), notification.Text)), culture);
        }
        return page.Append("</body></html>").ToString();
    }

    private static void AddSection(StringBuilder page, string name, IEnumerable<string> articles, CultureInfo culture)
    {
        var all = articles.ToList();
        page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(name, culture)}</h2>");
        page.AppendJoin('\n', all.Count > 0 ? all : [$"<p>{Text("Empty", culture)}</p>"]);
    }

    private string Article(CultureInfo culture, string heading, DateTimeOffset? time, long authorId, string dialogId, string text, string link = "")
    {
        var title = string.Format(culture, Raw(heading, culture), time?.ToOffset(portal.State.ServerOffset), Name(Text(authorId)), Name(dialogId));
        return $"<article><h3>{Encode(title)}</h3><pre>{Formatted(text)}</pre>{link}</article>";
    }

    private string Deadline(Row task, CultureInfo culture) =>
        string.Format(culture, Raw("Deadline", culture), task.Instant("deadline")?.ToOffset(portal.State.ServerOffset));

    private static string Download(UploadedFile? file, CultureInfo culture) => file is null
        ? ""
        : $"<p><a href=\"/files/{file.Id}\">{Encode(string.Format(culture, Raw("Download", culture), file.Name, file.Content.Length))}</a></p>";

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private string Name(string dialogId) =>
        long.TryParse(dialogId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && portal.State.Users.Find(id) is { } user
            ? UserMethods.FullName(user)
            : portal.Chat.BotName(id) ?? dialogId;

    /// <summary>The text as a chat shows it, as far as bold and italics go.</summary>
    private static string Formatted(string text) => Encode(text)
        .Replace("[b]", "<b>", StringComparison.OrdinalIgnoreCase).Replace("[/b]", "</b>", StringComparison.OrdinalIgnoreCase)
        .Replace("[i]", "<i>", StringComparison.OrdinalIgnoreCase).Replace("[/i]", "</i>", StringComparison.OrdinalIgnoreCase);

    private Task FileAsync(HttpContext context, long id)
    {
        UploadedFile? file;
        lock (portal.Gate)
        {
            file = portal.Chat.File(id);
        }
        if (file is null)
        {
            return StatusAsync(context, StatusCodes.Status404NotFound);
        }
        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString(file.Name)}";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.Body.WriteAsync(file.Content, context.RequestAborted).AsTask();
    }

    private static Task StatusAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static string Text(string name, CultureInfo culture) => Encode(Raw(name, culture));

    private static string Raw(string name, CultureInfo culture) => Texts.GetString(name, culture)!;

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
