using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Bitrix24.Client.Rows;
using Bitrix24Addon.Storage;
using NodaTime;

namespace Bitrix24Addon.Portals;

/// <summary>Examines a portal and the database and changes neither.</summary>
/// <param name="storage">The database.</param>
/// <param name="registry">The portals.</param>
/// <param name="time">The clock.</param>
public sealed class Doctor(AddonStorage storage, PortalRegistry registry, TimeProvider time)
{
    private static readonly Duration TolerableSkew = Duration.FromSeconds(60);

    private readonly List<DoctorFinding> _findings = [];

    /// <summary>What the configuration says of our application; null when that is not to be examined.</summary>
    public ConnectionSettings? Connection { get; init; }

    /// <summary>The configured authorisation server; null when no application is configured.</summary>
    public OAuthServer? AuthorisationServer { get; init; }

    /// <summary>Makes all examinations; what cannot be examined is a finding, not an exception.</summary>
    /// <param name="portalKey">The portal's key in the database.</param>
    /// <param name="client">Calls the portal.</param>
    /// <param name="cancellationToken">Stops the examination.</param>
    public async Task<IReadOnlyList<DoctorFinding>> ExamineAsync(string portalKey, Bitrix24Client client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portalKey);
        ArgumentNullException.ThrowIfNull(client);
        _findings.Clear();
        var context = await new DoctorOfStorage(storage, registry, time, Add).ExamineAsync(portalKey, cancellationToken).ConfigureAwait(false);
        try
        {
            await ExaminePortalAsync(client, context?.Settings ?? new PortalSettings(), cancellationToken).ConfigureAwait(false);
        }
        catch (Bitrix24Exception refused)
        {
            _findings.Add(new DoctorFinding(DoctorLevel.Problem, DoctorText.Of(refused.Error, client.Credentials.Portal, refused.MethodName)));
        }

        await ExamineAuthorisationServerAsync(cancellationToken).ConfigureAwait(false);
        return [.. _findings];
    }

    /// <summary>Examines the database alone, as where no portal is connected yet.</summary>
    /// <param name="cancellationToken">Stops the examination.</param>
    public async Task<IReadOnlyList<DoctorFinding>> ExamineStorageAsync(CancellationToken cancellationToken)
    {
        _findings.Clear();
        await new DoctorOfStorage(storage, registry, time, Add).ExamineAsync("", cancellationToken).ConfigureAwait(false);
        return [.. _findings];
    }

    private async Task ExaminePortalAsync(Bitrix24Client client, PortalSettings settings, CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow();
        var calls = new Dictionary<string, RestCall>
        {
            ["time"] = CommonMethods.ServerTime(),
            ["profile"] = UserMethods.Profile(),
            ["scope"] = CommonMethods.Scope(),
            ["calls"] = new(TelephonyMethods.StatisticGet, new JsonObject { ["FILTER"] = new JsonObject { [">ID"] = 0 }, ["start"] = -1 }),
        };
        if (client.Credentials is OAuthCredentials)
        {
            calls["events"] = EventMethods.ListHandlers();
            calls["application"] = CommonMethods.ApplicationInfo();
        }

        var outcomes = await client.BatchAsync([.. calls], cancellationToken: cancellationToken).ConfigureAwait(false);
        Add(DoctorLevel.Ok, "connected", client.Credentials.Portal);
        if (client.MovedTo is { } moved)
        {
            var isKept = client.Credentials is OAuthCredentials;
            Add(isKept ? DoctorLevel.Ok : DoctorLevel.Warning, isKept ? "portal_renamed" : "webhook_renamed", client.Credentials.Portal, moved);
        }

        var offset = ExamineClock(outcomes["time"], before);

        var profile = outcomes["profile"].Answer?.Result.As(Bitrix24JsonContext.Default.Profile);
        ExamineOwner(profile);
        var scopes = ExamineScopes(outcomes["scope"], client.Credentials is OAuthCredentials);
        if (outcomes.TryGetValue("events", out var events))
        {
            ExamineSubscriptions(events, scopes);
            ExamineCode(outcomes["application"]);
        }

        if (scopes.Contains("telephony"))
        {
            ExamineOutcome(outcomes["calls"].Error, "statistics_readable", "statistics_refused", client);
        }

        if (scopes.Contains("timeman") && profile?.Id is { } owner)
        {
            await ExamineVersionThreeAsync(client, owner, cancellationToken).ConfigureAwait(false);
        }

        var told = new PortalDirectory { OwnerTimeZone = profile?.TimeZone, OwnerIsAdministrator = false, ServerOffsetMinutes = offset };
        var (zone, source) = PortalContext.ChooseZone(settings, told);
        Add(DoctorLevel.Ok, $"zone_{source}", zone.Id);
        Add(DoctorLevel.Ok, "limits", client.Statistics.QueryLimitRefusals + client.Statistics.OperatingLimitRefusals);
    }

    /// <summary>That it takes our secrets in the body is not documented, and in an address, which every proxy logs, they never go.</summary>
    private async Task ExamineAuthorisationServerAsync(CancellationToken cancellationToken)
    {
        if (AuthorisationServer is not { } server)
        {
            return;
        }

        switch (await server.ProbeAsync(cancellationToken).ConfigureAwait(false))
        {
            case OAuthProbe.TakesBodies:
                Add(DoctorLevel.Ok, "oauth_takes_bodies", server.Host);
                break;
            case OAuthProbe.ParametersMissing:
                Add(DoctorLevel.Problem, "oauth_ignores_bodies", server.Host);
                break;
            case OAuthProbe.ClientRefused:
                Add(DoctorLevel.Problem, "oauth_refuses_client", server.Host);
                break;
            case OAuthProbe.Unreachable:
                Add(DoctorLevel.Problem, "oauth_unreachable", server.Host);
                break;
            default:
                Add(DoctorLevel.Problem, "oauth_other_answer", server.Host);
                break;
        }
    }

    private int ExamineClock(CommandOutcome outcome, DateTimeOffset before)
    {
        if (!DateTimeOffset.TryParse(outcome.Answer?.Result.ToString(), null, out var portal))
        {
            Add(DoctorLevel.Problem, "clock_unreadable");
            return 0;
        }

        // The portal read its clock somewhere between our two readings, and tells whole seconds.
        var after = time.GetUtcNow();
        var skew = Duration.FromTimeSpan(portal < before ? before - portal : portal > after ? portal - after : TimeSpan.Zero);
        var seconds = (long)skew.TotalSeconds;
        Add(skew > TolerableSkew ? DoctorLevel.Warning : DoctorLevel.Ok, skew > TolerableSkew ? "clock_skewed" : "clock_right", seconds);
        return (int)portal.Offset.TotalMinutes;
    }

    private void ExamineOwner(Profile? profile)
    {
        if (profile?.Id is not { } id)
        {
            Add(DoctorLevel.Problem, "owner_unknown");
            return;
        }

        var name = string.Join(' ', new[] { profile.Name, profile.LastName }.Where(n => !string.IsNullOrWhiteSpace(n)));
        var isAdministrator = profile.IsAdministrator == true;
        Add(isAdministrator ? DoctorLevel.Ok : DoctorLevel.Warning, isAdministrator ? "owner_administrator" : "owner_no_administrator", name, id);
    }

    /// <remarks>What does not work without a scope is told in Texts/Doctor.resx, scope_{name}.</remarks>
    private HashSet<string> ExamineScopes(CommandOutcome outcome, bool isApplication)
    {
        var needed = Manifest.Current.Scopes.Where(s => isApplication || !s.IsForApplicationsOnly).Select(s => s.Name).ToList();
        var granted = outcome.Answer?.Result is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(s => s.ToString()).ToHashSet(StringComparer.Ordinal)
            : [];

        // user_basic and user_brief open user.get as well, with fewer fields.
        var missing = needed.Where(s => !granted.Contains(s) && (s != "user" || !granted.Any(g => g.StartsWith("user_b", StringComparison.Ordinal))))
            .ToList();
        if (missing.Count == 0)
        {
            Add(DoctorLevel.Ok, "scopes_complete", string.Join(", ", needed));
        }

        foreach (var scope in missing)
        {
            Add(scope is "crm" or "user" ? DoctorLevel.Problem : DoctorLevel.Warning, "scope_missing", scope, new DoctorText($"Doctor.scope_{scope}"));
        }

        return granted;
    }

    /// <summary>Whose tokens the pages believe is told by the code; a local application has its client id for one.</summary>
    private void ExamineCode(CommandOutcome outcome)
    {
        if (outcome.Answer?.Result.As(Bitrix24JsonContext.Default.ApplicationInfo)?.Code is { } code
            && Connection is { Application: { } ours } connection && code != ours.ClientId && code != connection.ApplicationCode)
        {
            Add(DoctorLevel.Problem, connection.ApplicationCode is null ? "code_missing" : "code_other", code);
        }
    }

    private void ExamineSubscriptions(CommandOutcome outcome, HashSet<string> scopes)
    {
        var bound = (outcome.Answer?.Result.AsList(Bitrix24JsonContext.Default.EventHandlerRow) ?? [])
            .Where(h => h is { Offline: not true, Event: not null } && h.Handler?.EndsWith(Manifest.Current.Addresses.Events, StringComparison.Ordinal) == true)
            .Select(h => h.Event!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var missing = Manifest.Current.Events.Where(e => (e.Scope.Length == 0 || scopes.Contains(e.Scope)) && !bound.Contains(e.Name)).Select(e => e.Name).ToList();
        if (missing.Count > 0)
        {
            Add(DoctorLevel.Warning, "events_unsubscribed", string.Join(", ", missing));
        }
    }

    private async Task ExamineVersionThreeAsync(Bitrix24Client client, long owner, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        Bitrix24Error? error = null;
        try
        {
            await client.CallAsync(TimemanMethods.ListRecords(owner, now.AddDays(-1), now, limit: 1), cancellationToken).ConfigureAwait(false);
        }
        catch (Bitrix24Exception refused)
        {
            error = refused.Error;
        }

        ExamineOutcome(error, "working_days_readable", "working_days_refused", client);
    }

    private void ExamineOutcome(Bitrix24Error? error, string right, string wrong, Bitrix24Client client)
    {
        if (error is null)
        {
            Add(DoctorLevel.Ok, right);
        }
        else
        {
            Add(DoctorLevel.Warning, wrong, DoctorText.Of(error, client.Credentials.Portal, ""));
        }
    }

    private void Add(DoctorLevel level, string name, params object[] arguments) =>
        _findings.Add(new DoctorFinding(level, new DoctorText($"Doctor.{name}", arguments)));
}
