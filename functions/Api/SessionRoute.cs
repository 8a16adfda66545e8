using Bitrix24.Client;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Functions.Doors;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Functions.Api;

/// <summary><c>POST /api/session</c>: a page exchanges the token that it has of its portal for one of ours.</summary>
internal static class SessionRoute
{
    public static void Map(WebApplication application, Cli.Addon addon, PageApi api, FailureLimiter failures)
    {
        api.MapGet("me", async (visitor, context) => await DescribeAsync(addon, visitor, visitor.Context.Directory.NameOf(visitor.UserId), context.RequestAborted));
        application.MapPost("/api/session", (Delegate)((HttpContext context) => api.GuardAsync(context, "session", () => OpenAsync(context, addon, failures))));
    }

    private static async Task<IResult> OpenAsync(HttpContext context, Cli.Addon addon, FailureLimiter failures)
    {
        var texts = PageApi.TextsOf(context);
        var asked = await PageApi.ReadAsync<SessionRequest>(context);

        if (failures.IsSpent(FailureBudget.Session, context, asked.MemberId))
        {
            return PageApi.Problem(StatusCodes.Status429TooManyRequests, texts, "Pages.too_many");
        }

        // Asking costs a call of the portal. Whoever is refused or gets no answer counts; a whole office opens its pages at nine in the morning, so who
        // does, does not.
        OpenedSession? opened;
        try
        {
            opened = await addon.Sessions.OpenAsync(asked.MemberId, asked.AccessToken, context.RequestAborted);
        }
        catch (Bitrix24Exception)
        {
            failures.TryTake(FailureBudget.Session, context, asked.MemberId);
            throw;
        }

        if (opened is null)
        {
            failures.TryTake(FailureBudget.Session, context, asked.MemberId);
            return PageApi.Problem(StatusCodes.Status403Forbidden, texts, "Pages.session_refused");
        }

        return Results.Json(
            new
            {
                opened.Token,
                ExpiresInSeconds = (int)Sessions.Life.TotalSeconds,
                Visitor = await DescribeAsync(addon, opened.Visitor, opened.Name, context.RequestAborted),
            },
            PageApi.Json);
    }

    private static async Task<object> DescribeAsync(Cli.Addon addon, Visitor visitor, string name, CancellationToken cancellationToken) => new
    {
        visitor.UserId,
        Name = name,
        Roles = visitor.Roles.Order(),
        TimeZone = visitor.Context.Zone.Id,
        Today = PortalDays.ToIso(visitor.Context.Metrics.Days.DayOf(addon.Time.GetUtcNow().ToUnixTimeMilliseconds())),
        IsSetUp = await addon.Registry.IsSetUpAsync(visitor.Portal, cancellationToken),
        NeedsAdministrator = await addon.Admission.NeedsTokensAsync(visitor.Portal, cancellationToken),
    };

    /// <summary>What a page brings.</summary>
    /// <param name="MemberId">The portal (<c>MEMBER_ID</c> of the handshake).</param>
    /// <param name="AccessToken">The token of whoever looks at it (<c>AUTH_ID</c>).</param>
    private sealed record SessionRequest(string MemberId, string AccessToken);
}
