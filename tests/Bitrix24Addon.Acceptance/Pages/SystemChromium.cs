using Microsoft.Playwright;

namespace Bitrix24Addon.Acceptance.Pages;

/// <summary>The system's Chromium; nothing is downloaded.</summary>
internal static class SystemChromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>The program that <c>TESTS_CHROMIUM</c> names, else the first on the PATH; null where there is none.</summary>
    public static string? Program { get; } = Environment.GetEnvironmentVariable("TESTS_CHROMIUM") is { Length: > 0 } path
        ? path
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).SelectMany(folder => Names, Path.Combine).FirstOrDefault(File.Exists);

    /// <summary>Starts it, without a window.</summary>
    public static Task<IBrowser> StartAsync(IPlaywright driver) =>
        driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, ChromiumSandbox = false });
}
