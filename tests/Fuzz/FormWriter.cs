using System.Text;
using Bitrix24.Client.Incoming;

namespace Bitrix24.Client.Fuzz;

/// <summary>Writes a tree as the form it was read from, every key spelled out.</summary>
internal static class FormWriter
{
    public static string Write(FormNode root)
    {
        var form = new StringBuilder();
        foreach (var (name, node) in root.Entries)
        {
            Put(form, name, node);
        }

        return form.ToString();
    }

    private static void Put(StringBuilder form, string name, FormNode node)
    {
        if (node.Text is { } text)
        {
            form.Append(form.Length == 0 ? "" : "&").Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(text));
        }

        foreach (var (key, part) in node.Entries)
        {
            Put(form, $"{name}[{key}]", part);
        }
    }
}
