using System.Globalization;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Timeline;

/// <summary>Users, departments, directories, funnels, currencies, chats and the portal's own settings.</summary>
internal static class DirectoryFolding
{
    public static void Fold(RowChange change)
    {
        switch (change.Table.Name)
        {
            case "user":
                change.Require("NAME");
                change.SetUnlessGiven("DATE_REGISTER", change.IsAdd ? change.Time : change.Before?["DATE_REGISTER"]);
                break;
            case "department" or "chat":
                change.Require(change.Table.Name is "chat" ? "name" : "NAME");
                break;
            case "status":
                Status(change);
                break;
            case "currency":
                Currency(change);
                break;
            case "portal":
                Portal(change);
                break;
            default:
                change.Require("name");
                if (change.IsAdd && change.Id != 0)
                {
                    change.State.AddFunnelStages(change.Id);
                }
                break;
        }
        change.Store();
    }

    private static void Status(RowChange change)
    {
        change.Require("ENTITY_ID", "STATUS_ID", "NAME");
        if (change.Text("SEMANTICS") is { } semantics and not ("S" or "F"))
        {
            throw new TimelineException($"SEMANTICS is \"{semantics}\"; use S, F or null");
        }
        change.SetUnlessGiven("NAME_INIT", "");
        Replace(change, change.State.FindStatus(change.Text("ENTITY_ID")!, change.Text("STATUS_ID")!));
    }

    private static void Currency(RowChange change)
    {
        change.Require("CURRENCY");
        Replace(change, change.State.Currencies.Rows.FirstOrDefault(row => row.Text("CURRENCY") == change.Text("CURRENCY")));
        if (change.Text("BASE") == "Y")
        {
            foreach (var other in change.State.Currencies.Rows.Where(row => row.Id != change.Id))
            {
                other["BASE"] = "N";
            }
        }
    }

    private static void Portal(RowChange change)
    {
        if (change.Text("serverOffset") is not { } text)
        {
            return;
        }
        if (!TimeSpan.TryParseExact(text.TrimStart('+', '-'), @"hh\:mm", CultureInfo.InvariantCulture, out var offset))
        {
            throw new TimelineException($"serverOffset is \"{text}\"; write it as +03:00");
        }
        change.State.SetServerOffset(text[0] == '-' ? -offset : offset);
    }

    /// <summary>An added row takes the place of the built-in one with the same code.</summary>
    private static void Replace(RowChange change, Row? sameCode)
    {
        if (!change.IsAdd || sameCode is null)
        {
            return;
        }
        if (!sameCode.IsBuiltIn)
        {
            throw new TimelineException($"{change.Table.Name} {change.Id} repeats the code of {change.Table.Name} {sameCode.Id}; update that one");
        }
        change.Table.Remove(sameCode.Id);
    }
}
