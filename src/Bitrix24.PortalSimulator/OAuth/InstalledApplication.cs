using System.Globalization;
using System.Text.Json.Nodes;

namespace Bitrix24.PortalSimulator.OAuth;

/// <summary>The one application of the portal: whether it is installed and paid for, and what identifies it. Guarded by the portal's gate.</summary>
internal sealed class InstalledApplication(PortalSimulatorOptions options)
{
    /// <summary>The status letter of a local application.</summary>
    public const string Status = "L";

    /// <summary>Language of the portal.</summary>
    public const string Language = "ru";

    private int _applicationTokens = 1;

    public bool IsInstalled { get; private set; }

    public bool IsPaymentExpired { get; private set; }

    /// <summary>Days until the payment ends, negative in the period of grace; null for an application without payment.</summary>
    public int? DaysLeft { get; private set; }

    public int Version { get; private set; } = 1;

    /// <summary>Where installation events go.</summary>
    public Uri? InstallUrl { get; private set; }

    public string ApplicationToken => $"simulatorapplication{_applicationTokens.ToString(CultureInfo.InvariantCulture)}";

    public void Install(Uri installUrl) => (IsInstalled, InstallUrl) = (true, installUrl);

    public void Update(bool newApplicationToken)
    {
        Version++;
        _applicationTokens += newApplicationToken ? 1 : 0;
    }

    public void Pay(bool isExpired, int? daysLeft) => (IsPaymentExpired, DaysLeft) = (isExpired, daysLeft);

    public void Uninstall() => IsInstalled = false;

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
