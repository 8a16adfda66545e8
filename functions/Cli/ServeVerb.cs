using System.CommandLine;
using Bitrix24Addon.Functions.Doors;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Functions.Cli;

/// <summary><c>serve</c>: the HTTP server.</summary>
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
        await addon.Storage.MigrateAsync(cancellationToken);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddConfiguration(addon.Configuration);
        await using var application = builder.Build();
        application.MapGet("/health/live", () => Results.Text("live"));
        application.MapGet("/health/ready", (CancellationToken aborted) => ReadyAsync(addon, aborted));
        application.MapBitrix24Doors(addon);
        application.Lifetime.ApplicationStarted.Register(() => addon.Listening?.Invoke([.. application.Urls]));
        await application.RunAsync(cancellationToken);
        return 0;
    }

    private static async Task<IResult> ReadyAsync(Addon addon, CancellationToken cancellationToken)
    {
        await using var db = addon.Storage.Open();
        return await db.Database.CanConnectAsync(cancellationToken)
            ? Results.Text("ready")
            : Results.Text("database", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
