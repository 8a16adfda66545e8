using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Frame;

namespace Bitrix24.PortalSimulator.OAuth;

/// <summary>The one application of the portal: whether it is installed and paid for, and what identifies it. Guarded by the portal's gate.</summary>
internal sealed class InstalledApplication(PortalSimulatorOptions options)
{
    /// <summary>The status letter of a local application.</summary>
    public const string Status = "L";

    /// <summary>Language of the portal.</summary>
    public const string Language = "ru";

    private readonly Dictionary<long, JsonObject> _userOptions = [];
    private int _applicationTokens = 1;

    /// <summary>Whether it is in the portal: it has tokens and may call, though its installation may not be finished yet.</summary>
    public bool IsAdded { get; private set; }

    /// <summary>Whether its installation is finished: events come, everybody may open its pages.</summary>
    public bool IsInstalled { get; private set; }

    public bool IsPaymentExpired { get; private set; }

    /// <summary>Days until the payment ends, negative in the period of grace; null for an application without payment.</summary>
    public int? DaysLeft { get; private set; }

    public int Version { get; private set; } = 1;

    /// <summary>Where installation events go.</summary>
    public Uri? InstallUrl { get; private set; }

    public string ApplicationToken => $"simulatorapplication{_applicationTokens.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Options the application keeps in the portal for everybody.</summary>
    public JsonObject Options { get; } = [];

    /// <summary>The pages it bound to places of the portal.</summary>
    public PlacementHandlers Placements { get; } = new();

    /// <summary>An administrator added it; its page of installation is shown until that page says that it is done.</summary>
    public void Add(Uri installUrl) => (IsAdded, InstallUrl) = (true, installUrl);

    public void FinishInstallation() => IsInstalled = IsAdded;

    public void Install(Uri installUrl)
    {
        Add(installUrl);
        FinishInstallation();
    }

    /// <summary>Options the application keeps for one person.</summary>
    public JsonObject OptionsOf(long userId) => _userOptions.TryGetValue(userId, out var options) ? options : _userOptions[userId] = [];

    public void Update(bool newApplicationToken)
    {
        Version++;
        _applicationTokens += newApplicationToken ? 1 : 0;
    }

    public void Pay(bool isExpired, int? daysLeft) => (IsPaymentExpired, DaysLeft) = (isExpired, daysLeft);

    /// <summary>A local application loses its options; placements go with the event handlers.</summary>
    public void Uninstall()
    {
        (IsAdded, IsInstalled) = (false, false);
        Options.Clear();
        _userOptions.Clear();
        Placements.UnbindAll();
    }

    /// <summary>The result of app.info (api-reference/common/system/app-info.md).</summary>
    public JsonObject Info() => new()
    {
        ["ID"] = 1,
        ["CODE"] = options.AppCode,
        ["VERSION"] = Version,
        ["STATUS"] = Status,
        ["INSTALLED"] = IsInstalled,
        ["PAYMENT_EXPIRED"] = PaymentExpired,
        ["DAYS"] = DaysLeft,
        ["LANGUAGE_ID"] = Language,
        ["LICENSE"] = $"{Language}_{options.LicenseFamily}",
        ["LICENSE_TYPE"] = options.LicenseFamily,
        ["LICENSE_FAMILY"] = options.LicenseFamily,
    };

    /// <summary>The flag of app.info and of ONAPPPAYMENT.</summary>
    public string PaymentExpired => IsPaymentExpired ? "Y" : "N";
}
