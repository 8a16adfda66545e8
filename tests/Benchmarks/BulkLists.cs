using Bitrix24.Client;
using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;
using Microsoft.Extensions.DependencyInjection;

namespace Benchmarks;

/// <summary>The lists that are read, with the fields a sales report would take, and a client to read them.</summary>
internal static class BulkLists
{
    /// <summary>The most rows one request can bring.</summary>
    public const int RowsPerRequest = ListMethod.PageSize * Bitrix24Client.MaxBatchCommands;

    private static readonly string[] ItemFields = ["title", "stageId", "assignedById", "createdTime", "updatedTime", "opportunity", "categoryId"];

    /// <summary>Finished calls; the method has no selection, a row has all fields.</summary>
    public static ListQuery Calls { get; } = new("calls", TelephonyMethods.Statistics);

    /// <summary>Deals with a few fields.</summary>
    public static ListQuery Deals { get; } = CrmMethods.ReadItems("deals", CrmEntityType.Deal, ItemFields);

    /// <summary>Activities with a few fields.</summary>
    public static ListQuery Activities { get; } = new("activities", CrmMethods.Activities)
    {
        Select = ["TYPE_ID", "OWNER_ID", "OWNER_TYPE_ID", "RESPONSIBLE_ID", "CREATED", "COMPLETED", "DIRECTION"],
    };

    /// <summary>Leads with a few fields, by the same method as <see cref="Deals"/>.</summary>
    public static ListQuery Leads { get; } = CrmMethods.ReadItems("leads", CrmEntityType.Lead, ItemFields);

    /// <summary>Tasks with a few fields.</summary>
    public static ListQuery Tasks { get; } = new("tasks", TaskMethods.Tasks)
    {
        Select = ["ID", "TITLE", "STATUS", "RESPONSIBLE_ID", "CREATED_DATE", "CHANGED_DATE", "CLOSED_DATE", "DEADLINE"],
    };

    /// <summary>Lists of four methods.</summary>
    public static IReadOnlyList<ListQuery> Four { get; } = [Calls, Activities, Tasks, Deals];

    /// <summary>The simulator's tables of <see cref="Four"/>.</summary>
    public static IReadOnlyList<string> Tables { get; } = ["call", "activity", "task", "deal"];

    /// <summary>Makes a client of a simulated portal.</summary>
    public static ServiceProvider Services(Action<IServiceCollection>? add = null, Action<Bitrix24ClientOptions>? configure = null)
    {
        var services = new ServiceCollection();
        add?.Invoke(services);
        return services.AddBitrix24Client(configure).BuildServiceProvider();
    }

    /// <summary>The requests that a list needs at least.</summary>
    public static int FullBatches(int rows) => (rows + RowsPerRequest - 1) / RowsPerRequest;

    /// <summary>Reads the lists to their ends.</summary>
    public static IAsyncEnumerable<ListBatch> ReadAsync(
        ServiceProvider services, Uri webhook, IReadOnlyList<ListQuery> queries, CancellationToken cancellationToken) =>
        new ListReader(Client(services, webhook)).ReadAsync(queries, cancellationToken: cancellationToken);

    private static Bitrix24Client Client(ServiceProvider services, Uri webhook) => services.GetRequiredService<Bitrix24ClientFactory>()
        .Create(WebhookCredentials.Parse(webhook.ToString(), allowInsecureLoopback: true));
}
