using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.OAuth;

namespace Bitrix24.PortalSimulator;

// The application: its OAuth server and its life from install to uninstall (settings/app-installation, api-reference/common/events).
public sealed partial class SimulatedPortal
{
    private const string Uninstalled = "ONAPPUNINSTALL", Paid = "ONAPPPAYMENT";

    private long _installerId = 1;

    /// <summary>Address of the OAuth server, ending with a slash; its token address is oauth/token/, its REST address rest/.</summary>
    public Uri OAuthServerAddress => _oauthServer?.Address ?? throw new InvalidOperationException("The portal has not been started");

    /// <summary>What proves to the application that a post comes from this portal.</summary>
    public string ApplicationToken
    {
        get
        {
            lock (_gate)
            {
                return Application.ApplicationToken;
            }
        }
    }

    internal InstalledApplication Application { get; }

    internal Uri ClientEndpoint => new(BaseAddress, "rest/");

    internal Uri ServerEndpoint => new(OAuthServerAddress, "rest/");

    /// <summary>Issues an authorisation code of a user, as /oauth/authorize/ would; it is good for 30 seconds and once.</summary>
    public string IssueAuthorizationCode(long userId)
    {
        lock (_gate)
        {
            return _credentials.IssueCode(userId);
        }
    }

    /// <summary>
    /// Installs the application without a page of its own, over an installed one too, and posts ONAPPINSTALL. It counts as installed at once,
    /// so its handler may already call the portal.
    /// </summary>
    /// <param name="installUrl">The application's handler of installation events.</param>
    /// <param name="userId">Administrator who installs; the tokens are his.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The status of the answer, or null when none came.</returns>
    public async Task<HttpStatusCode?> InstallAsync(Uri installUrl, long userId = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(installUrl);
        string form;
        lock (_gate)
        {
            Application.Install(installUrl);
            _installerId = userId;
            var data = Data(("VERSION", Version), ("ACTIVE", "Y"), ("INSTALLED", "Y"), Language);
            form = Events.Form("ONAPPINSTALL", null, data, Events.OfInstaller(userId));
        }
        return await _sender.PostAsync(installUrl, form, cancellationToken);
    }

    /// <summary>Installs the next version: forgets every bound handler and posts ONAPPUPDATE to the address the application was installed with.</summary>
    /// <param name="newApplicationToken">Whether the event brings a new application_token.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The status of the answer, or null when none came.</returns>
    /// <exception cref="InvalidOperationException">The application is not installed.</exception>
    public async Task<HttpStatusCode?> UpdateAsync(bool newApplicationToken = false, CancellationToken cancellationToken = default)
    {
        Uri address;
        string form;
        lock (_gate)
        {
            address = InstallUrl();
            var previous = Version;
            Application.Update(newApplicationToken);
            Application.Placements.UnbindAll();
            Events.Handlers.UnbindAll();
            form = Events.Form("ONAPPUPDATE", null, Data(("VERSION", Version), ("PREVIOUS_VERSION", previous), Language), Events.OfInstaller(_installerId));
        }
        return await _sender.PostAsync(address, form, cancellationToken);
    }

    /// <summary>
    /// Uninstalls: kills every token, forgets every bound handler, then posts ONAPPUNINSTALL to the handlers that were bound to it,
    /// or to the address the application was installed with when none was.
    /// </summary>
    /// <param name="clean">Whether the administrator wants the application's data gone.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The status of the first answer, or null when none came.</returns>
    /// <exception cref="InvalidOperationException">The application is not installed.</exception>
    public Task<HttpStatusCode?> UninstallAsync(bool clean, CancellationToken cancellationToken = default)
    {
        List<(Uri Address, string Form)> posts;
        lock (_gate)
        {
            posts = Posts(Uninstalled, Data(Language, ("CLEAN", clean ? "1" : "0")), Events.OfGone);
            Application.Uninstall();
            Events.Handlers.UnbindAll();
            _credentials.RevokeApplication();
        }
        return PostAsync(posts, cancellationToken);
    }

    /// <summary>Changes the state of payment, which app.info answers from then on, and posts ONAPPPAYMENT (no application_token) as <see cref="UninstallAsync"/> does.</summary>
    /// <param name="isExpired">Whether the payment is over: then no tokens are given and no events sent.</param>
    /// <param name="daysLeft">Days until the payment ends; negative in the period of grace.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The status of the first answer, or null when none came.</returns>
    /// <exception cref="InvalidOperationException">The application is not installed.</exception>
    public Task<HttpStatusCode?> PostPaymentAsync(bool isExpired = false, int? daysLeft = null, CancellationToken cancellationToken = default)
    {
        List<(Uri Address, string Form)> posts;
        lock (_gate)
        {
            InstallUrl();
            Application.Pay(isExpired, daysLeft);
            var data = Data(("CODE", Options.AppCode), ("VERSION", Version), ("STATUS", InstalledApplication.Status),
                ("PAYMENT_EXPIRED", Application.PaymentExpired), ("DAYS", daysLeft?.ToString(CultureInfo.InvariantCulture) ?? ""), Language);
            posts = Posts(Paid, data, Events.Place);
        }
        return PostAsync(posts, cancellationToken);
    }

    /// <summary>The application's scopes: with commas in OAuth answers and events, with spaces at installation.</summary>
    internal string ScopeList(char separator) => string.Join(separator, Options.Scopes.Order(StringComparer.Ordinal));

    private static (string Name, string Value) Language => ("LANGUAGE_ID", InstalledApplication.Language);

    private string Version => Application.Version.ToString(CultureInfo.InvariantCulture);

    private static JsonObject Data(params ReadOnlySpan<(string Name, string Value)> values)
    {
        var data = new JsonObject();
        foreach (var (name, value) in values)
        {
            data[name] = value;
        }
        return data;
    }

    private Uri InstallUrl() => Application is { IsInstalled: true, InstallUrl: { } address }
        ? address
        : throw new InvalidOperationException("The application is not installed; call InstallAsync first");

    private List<(Uri Address, string Form)> Posts(string name, JsonObject data, Func<JsonObject> auth)
    {
        var installUrl = InstallUrl();
        var bound = Events.Handlers.Bound.Where(handler => handler.Event == name)
            .Select(handler => (handler.Address, Events.Form(name, handler.Id, data, auth()))).ToList();
        return bound.Count > 0 ? bound : [(installUrl, Events.Form(name, null, data, auth()))];
    }

    private async Task<HttpStatusCode?> PostAsync(List<(Uri Address, string Form)> posts, CancellationToken cancellationToken)
    {
        var statuses = new List<HttpStatusCode?>();
        foreach (var (address, form) in posts)
        {
            statuses.Add(await _sender.PostAsync(address, form, cancellationToken));
        }
        return statuses[0];
    }
}
