using System.CommandLine;

namespace Bitrix24Addon.Functions.Cli;

/// <summary><c>doctor</c>: examines connection, rights, clock and database.</summary>
internal static class DoctorVerb
{
    public static Command Create(Addon addon) => new("doctor", addon.Texts.Get("Cli.doctor"));
}
