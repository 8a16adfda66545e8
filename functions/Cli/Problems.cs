using System.Data.Common;
using Bitrix24.Client;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Functions.Cli;

/// <summary>Turns a failure into one message with its remedy, in the person's language and without secrets.</summary>
internal static class Problems
{
    public static string Describe(Exception failure, Addon? addon, Texts texts) => failure switch
    {
        ProblemException problem => texts.Get(problem.TextKey, [.. problem.Arguments]),
        Bitrix24Exception refused => DoctorText.Of(refused.Error, addon!.ChosenHost, refused.MethodName).In(texts),
        LeaseLostException => texts.Get("Cli.sync_elsewhere", addon!.ChosenHost),
        DbUpdateException { InnerException: DbException cause } => texts.Get("Problems.database", addon!.Storage.Location, cause.Message),
        DbException cause => texts.Get("Problems.database", addon!.Storage.Location, cause.Message),
        IOException or UnauthorizedAccessException => texts.Get("Problems.file", failure.Message),
        _ => texts.Get("Problems.unexpected", failure.GetType().Name, Redact(failure.Message, addon)),
    };

    private static string Redact(string message, Addon? addon)
    {
        foreach (var name in new[] { "Bitrix24:WebhookUrl", "Bitrix24:ClientSecret", "Bitrix24:OutgoingWebhookToken", "Storage:ConnectionString" })
        {
            if (addon?.Configuration[name] is { Length: > 0 } secret)
            {
                message = message.Replace(secret, "***", StringComparison.Ordinal);
            }
        }

        return message;
    }
}
