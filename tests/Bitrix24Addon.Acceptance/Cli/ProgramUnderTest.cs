using System.Diagnostics;

namespace Bitrix24Addon.Acceptance.Cli;

/// <summary>The built program, run as a person runs it: a process of its own in an empty folder.</summary>
internal sealed class ProgramUnderTest : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public string Folder { get; } = Directory.CreateTempSubdirectory("addon-cli-").FullName;

    public Dictionary<string, string> Environment { get; } = new() { ["LANG"] = "ru_RU.UTF-8", ["Bitrix24__AllowInsecureLoopback"] = "true" };

    public string Database => Path.Combine(Folder, "data", "addon.db");

    public static ProgramUnderTest For(Uri webhook)
    {
        var program = new ProgramUnderTest();
        program.Environment["Bitrix24__WebhookUrl"] = webhook.ToString();
        return program;
    }

    public Task<ProgramResult> RunAsync(params string[] args) => RunAsync("functions", "Bitrix24Addon.Functions", args);

    public async Task<ProgramResult> RunAsync(string projectFolder, string assembly, string[] args)
    {
        using var process = Start(projectFolder, assembly, args);
        return await EndAsync(process);
    }

    public Process Start(string projectFolder, string assembly, params string[] args)
    {
        // …/bin/{configuration}/{framework}/ is the same below every project.
        var built = Path.GetRelativePath(
            Path.Combine(RepositoryRoot.Folder, "tests", "Bitrix24Addon.Acceptance"), AppContext.BaseDirectory);
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        string[] command = ["exec", Path.Combine(RepositoryRoot.Folder, projectFolder, built, assembly + ".dll"), .. args];
        Array.ForEach(command, start.ArgumentList.Add);
        foreach (var name in start.Environment.Keys.Where(k => k.Contains("__", StringComparison.Ordinal) || k.EndsWith("_ENVIRONMENT", StringComparison.Ordinal)
            || k is "LC_ALL" or "LC_MESSAGES" or "LANGUAGE").ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public static async Task<ProgramResult> EndAsync(Process process)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var messages = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new ProgramResult(process.ExitCode, await output, await messages);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

internal sealed record ProgramResult(int ExitCode, string Output, string Messages)
{
    public string All => Output + Messages;

    /// <summary>Asserts what holds for every failure: the code, the remedy, no stack trace, no secret.</summary>
    public void MustFail(int exitCode, string remedy, string secret = "simulator1secret")
    {
        Assert.True(exitCode == ExitCode, All);
        Assert.Contains(remedy, Messages + Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", All, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, All, StringComparison.Ordinal);
    }
}
