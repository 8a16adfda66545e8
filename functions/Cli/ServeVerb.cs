using System.CommandLine;
using Bitrix24Addon.Functions.Hosting;
using Bitrix24Addon.Functions.Work;

namespace Bitrix24Addon.Functions.Cli;

/// <summary><c>serve</c>: the HTTP server, plain or as the custom handler of a Functions host.</summary>
internal static class ServeVerb
{
    public static Command Create(Addon addon)
    {
        var command = new Command("serve", addon.Texts.Get("Cli.serve"));
        command.SetAction((_, cancellationToken) => RunAsync(addon, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(Addon addon, CancellationToken cancellationToken)
    {
        await using var application = new AddonApplication(addon);
        var web = application.Web;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await web.StartAsync(ended.Token);
        try
        {
            // A Functions host counts whoever ends as broken, and freezes whoever works unasked: there the first invocation prepares.
            if (addon.Host is null)
            {
                await addon.Preparation.WaitAsync(ended.Token);
            }

            addon.Listening?.Invoke([.. web.Urls]);
            await ServeAsync(web, application.Work, ended);
        }
        finally
        {
            await web.StopAsync(CancellationToken.None);
        }

        return 0;
    }

    /// <summary>Works beside the doors: neither makes sense without the other, marks would pile up unseen.</summary>
    private static async Task ServeAsync(WebApplication web, BackgroundWork? work, CancellationTokenSource ended)
    {
        var serving = web.WaitForShutdownAsync(ended.Token);
        var working = work?.RunAsync(ended.Token) ?? serving;
        await Task.WhenAny(working, serving);
        await ended.CancelAsync();
        await Task.WhenAll(working, serving);
    }
}
