using System.CommandLine;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Functions.Cli;

/// <summary><c>doctor</c>: examines connection, rights, clock and database; each finding with its remedy.</summary>
internal static class DoctorVerb
{
    public static Command Create(Addon addon)
    {
        var command = new Command("doctor", addon.Texts.Get("Cli.doctor"));
        command.SetAction(async (_, cancellationToken) =>
        {
            var hosting = addon.Hosting.Examine().ToList();
            IReadOnlyList<DoctorFinding> ofPortal;
            try
            {
                ofPortal = await ExamineAsync(addon, cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // What the way of running lacks may be why.
                Print(addon, hosting);
                throw;
            }

            List<DoctorFinding> findings = [.. hosting, .. ofPortal];
            Print(addon, findings);
            var count = findings.Count(f => f.Level != DoctorLevel.Ok);
            Terminal.Print(count == 0 ? addon.Texts.Get("Doctor.healthy") : addon.Texts.Count("Doctor.findings", count));
            return count == 0 ? 0 : AddonProgram.Finding;
        });
        return command;
    }

    private static void Print(Addon addon, List<DoctorFinding> findings)
    {
        foreach (var finding in findings.OrderByDescending(f => f.Level))
        {
            Terminal.Print(addon.Texts.Get($"Doctor.level_{finding.Level}", finding.Text.In(addon.Texts)));
        }
    }

    private static async Task<IReadOnlyList<DoctorFinding>> ExamineAsync(Addon addon, CancellationToken cancellationToken)
    {
        var doctor = new Doctor(addon.Storage, addon.Registry, addon.Time)
        {
            Connection = addon.Connection,
            AuthorisationServer = addon.Connection.Application is null ? null : addon.Clients.OAuthServer(),
        };
        ChosenPortal chosen;
        try
        {
            chosen = await addon.ChooseAsync(cancellationToken, mayMigrate: false);
        }
        catch (ProblemException none) when (none.TextKey == "Cli.webhook_missing")
        {
            return
            [
                new DoctorFinding(DoctorLevel.Problem, new DoctorText("Doctor.no_portal", new DoctorText(none.TextKey))),
                .. await doctor.ExamineStorageAsync(cancellationToken),
            ];
        }

        var client = await addon.ClientAsync(chosen, cancellationToken);
        var findings = await doctor.ExamineAsync(chosen.Key, client, cancellationToken);
        if (findings.Any(f => f.Text.Key == "Doctor.storage_ready")
            && !findings.Any(f => f.Text.Key == "Doctor.settings_damaged")
            && await addon.Registry.FindAsync(chosen.Key, cancellationToken) is { } portal)
        {
            await addon.UseLanguageAsync(portal, cancellationToken);
        }

        return findings;
    }
}
