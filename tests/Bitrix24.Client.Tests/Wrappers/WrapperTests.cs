using System.Text.Json.Serialization;
using Bitrix24.Client.Json;
using Bitrix24.Client.Rows;

namespace Bitrix24.Client.Tests.Wrappers;

public sealed class WrapperTests
{
    public static TheoryData<string> Methods => [.. Wrapped.Methods.Keys];

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_method_names_its_own_page_and_scope(string field)
    {
        var method = Wrapped.Methods[field];

        Assert.StartsWith("api-reference/", method.DocumentationPage, StringComparison.Ordinal);
        Assert.EndsWith(".md", method.DocumentationPage, StringComparison.Ordinal);
        if (Wrapped.Schema(method) is { } schema)
        {
            Assert.Equal(Wrapped.Page(schema), method.DocumentationPage);

            // Without a scope, or with "basic", any scope will do.
            var scope = schema.GetProperty("scope").GetString();
            Assert.Equal(scope is null or "базовый" ? "" : scope, method.Scope);
        }
        else if (method.DocumentationPage.EndsWith("-rest-v3.md", StringComparison.Ordinal))
        {
            // Of a method in both kinds of REST only the classic one has a schema; the other has a page beside it and a scope of its own.
            Assert.Equal((RestVersion.V3, "tasks"), (method.Version, method.Scope));
        }
    }

    [Fact]
    public void Methods_of_the_third_interface_are_called_there()
    {
        const string Marker = "**v3 only**";
        var described = Wrapped.Methods.Values.Where(method => Wrapped.Schema(method) is not null).ToArray();
        var rows = Wrapped.Facts("methods.md").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToLookup(line => line.Split('`')[1]);

        Assert.Contains(described, method => rows[method.Name].Any(row => row.Contains(Marker, StringComparison.Ordinal)));
        Assert.All(
            described.Where(method => rows.Contains(method.Name)),
            method => Assert.Equal(rows[method.Name].Any(row => row.Contains(Marker, StringComparison.Ordinal)), method.Version == RestVersion.V3));
    }

    [Fact]
    public void Each_method_has_a_factory_or_a_list_and_each_only_once()
    {
        var made = Wrapped.Factories.Keys.SelectMany(name => SampleCalls.Of(name)).Select(call => call.Method).Concat(Wrapped.Lists.Values.Select(list => list.Method));

        Assert.Empty(Wrapped.Methods.Values.Except(made));
        Assert.Equal(Wrapped.Methods.Count, Wrapped.Methods.Values.Select(method => (method.Name, method.Version)).Distinct().Count());
    }

    [Fact]
    public void Only_what_changes_nothing_is_repeated_as_a_read()
    {
        string[] reading = ["get", "getbyid", "list", "getlist", "search", "fields", "getfields"];
        var asked = Wrapped.Methods.Values.Where(method => reading.Contains(method.Name[(method.Name.LastIndexOf('.') + 1)..], StringComparer.OrdinalIgnoreCase));
        var names = Wrapped.Methods.Values.Where(method => method.IsRead).Select(method => method.Name[(method.Name.LastIndexOf('.') + 1)..]);
        string[] writing = ["add", "update", "delete", "set", "bind", "unbind", "send", "register", "finish", "upload", "clear", "error", "execute"];

        // One marks a list as read; what the other fetches is reserved or removed.
        Assert.Equal(
            ["event.offline.get", "im.notify.read.list"], asked.Where(method => !method.IsRead).Select(method => method.Name).Order(StringComparer.Ordinal));
        Assert.Empty(names.Intersect(writing, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void Every_row_keeps_its_unknown_fields_and_can_be_read()
    {
        var rows = typeof(CrmItem).Assembly.GetTypes().Where(type => type.IsPublic && type.Namespace == typeof(CrmItem).Namespace).ToArray();

        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Contains(row.GetProperties(), property => property.IsDefined(typeof(JsonExtensionDataAttribute), inherit: false)));
        Assert.All(rows, row => Assert.NotNull(Bitrix24JsonContext.Default.GetTypeInfo(row)));
    }
}
