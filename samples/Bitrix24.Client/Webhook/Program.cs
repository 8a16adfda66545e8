using System.Text.Json.Nodes;
using Bitrix24.Client;
using Bitrix24.Client.Batches;
using Bitrix24.Client.Json;
using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;
using Microsoft.Extensions.DependencyInjection;

// Asks a portal who we are, reads two directories in one request, then all calls, deals and departments.
//
//   dotnet run -- https://portal.bitrix24.ru/rest/1/SECRET/
if (args is not [var webhook])
{
    Console.Error.WriteLine("Usage: Sample.Webhook WEBHOOK");
    return 2;
}

// Set up: the factory is made once in a program, a client for each portal.
await using var provider = new ServiceCollection()
    .AddBitrix24Client(options => options.UserAgent = "Sample/1.0")
    .BuildServiceProvider();
var factory = provider.GetRequiredService<Bitrix24ClientFactory>();

// Plain http is taken for a stand-in portal on this machine only.
var client = factory.Create(WebhookCredentials.Parse(webhook, allowInsecureLoopback: true));

try
{
    // One call. A failure is a Bitrix24Exception whose Error.Kind tells what to do.
    var answer = await client.CallAsync(UserMethods.Profile());
    var profile = answer.Result.As(Bitrix24JsonContext.Default.Profile)!;
    Console.WriteLine($"I am user {profile.Id}, {profile.LastName} {profile.Name}.");

    // Up to 50 calls in one request; each has its own outcome.
    var outcomes = await client.BatchAsync(
    [
        new("funnels", CrmMethods.ListCategories(CrmEntityType.Deal)),
        new("stages", CrmMethods.ListStatuses("DEAL_STAGE")),
    ]);
    if (outcomes["funnels"].Error is { Kind: Bitrix24ErrorKind.InsufficientScope })
    {
        Console.Error.WriteLine("The webhook needs the scope crm.");
        return 1;
    }

    var stages = outcomes["stages"].Require(CrmMethods.StatusList).Result.AsList(Bitrix24JsonContext.Default.CrmStatus);
    Console.WriteLine($"A deal begins with the stage {stages[0].Name}.");

    // Whole lists, several in one request, up to 2,500 rows a request. Stored after its rows, a last id resumes the list.
    ListQuery[] lists =
    [
        new("calls", TelephonyMethods.Statistics) { AfterId = 0 },
        CrmMethods.ReadItems("deals", CrmEntityType.Deal, select: ["title", "stageId", "opportunity"]),
    ];
    long calls = 0, talkSeconds = 0;
    var won = 0m;
    await foreach (var batch in new ListReader(client).ReadAsync(lists))
    {
        foreach (var page in batch.Pages)
        {
            if (page.Error is { } error)
            {
                Console.Error.WriteLine($"The list {page.QueryKey} ended early after id {page.LastId}: {error.Kind}");
                continue;
            }

            foreach (var row in page.Rows)
            {
                if (page.QueryKey == "calls")
                {
                    calls++;
                    talkSeconds += row.As(Bitrix24JsonContext.Default.CallStatistic)!.CallDurationSeconds ?? 0;
                }
                else
                {
                    won += row.As(Bitrix24JsonContext.Default.CrmItem)!.Opportunity ?? 0;
                }
            }
        }
    }

    // One list as a stream of typed rows.
    var open = 0;
    await foreach (var lead in client.ReadRowsAsync(CrmMethods.ReadItems("leads", CrmEntityType.Lead, ["stageSemanticId"]), Bitrix24JsonContext.Default.CrmItem))
    {
        open += lead.StageSemanticId == "P" ? 1 : 0;
    }

    // A list without a filter by id is read by pages, and again when it changed meanwhile; each row comes once.
    var departments = new Dictionary<long, string?>();
    await foreach (var department in client.ReadRowsAsync(UserMethods.ReadDepartments("departments"), Bitrix24JsonContext.Default.Department))
    {
        departments.Add(department.Id, department.Name);
    }

    // Any number of calls in as few requests as the limits allow; the outcomes come in the order of the calls.
    var titles = new List<string?>();
    await foreach (var outcome in new BatchPlanner(client).RunAsync(Enumerable.Range(1, 60).Select(id => CrmMethods.GetItem(CrmEntityType.Deal, id))))
    {
        if (outcome.Answer is { } found)
        {
            titles.Add(found.Result.GetProperty("item").As(Bitrix24JsonContext.Default.CrmItem)!.Title);
        }
    }

    Console.WriteLine($"{open} open leads, {titles.Count} of the first deals, {departments.Count} departments.");

    // A method that has no wrapper is called by its own description: name, documentation page, scope, and whether a repetition does no harm.
    var currencies = new RestMethod("crm.currency.list", "api-reference/crm/currency/crm-currency-list.md", "crm", IsRead: true);
    var list = await client.CallAsync(new RestCall(currencies, new JsonObject { ["order"] = new JsonObject { ["SORT"] = "ASC" } }));
    Console.WriteLine($"The portal has {list.Result.GetArrayLength()} currencies.");

    Console.WriteLine($"{calls} calls of {talkSeconds} seconds, deals worth {won}, in {factory.Statistics.RequestsSent} requests.");
    return 0;
}
catch (Bitrix24Exception exception)
{
    // The kind is for the program; the description is the portal's own, for developers.
    Console.Error.WriteLine(exception.Error.Kind switch
    {
        Bitrix24ErrorKind.NotAuthorised => "The webhook is wrong or was deleted; make a new one in Bitrix24.",
        Bitrix24ErrorKind.InsufficientScope => "The webhook lacks a scope.",
        Bitrix24ErrorKind.Unreachable => "The portal does not answer; try later.",
        _ => exception.Message,
    });
    return 1;
}
