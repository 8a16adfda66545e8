using Bitrix24Addon.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Bitrix24Addon.Isolated;

/// <summary>The doors behind functions of an isolated worker: each hands its request to the application, which answers it.</summary>
internal sealed class Doors(AddonApplication addon)
{
    [Function("Api")]
    public Task ApiAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "options", Route = "api/{*path}")] HttpRequest request) =>
        addon.AnswerAsync(request.HttpContext);

    [Function("App")]
    public Task AppAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", "head", "options", Route = "bitrix24/app")] HttpRequest request) =>
        addon.AnswerAsync(request.HttpContext);

    [Function("Assets")]
    public Task AssetsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "options", Route = "assets/{name}")] HttpRequest request) =>
        addon.AnswerAsync(request.HttpContext);

    [Function("Events")]
    public Task EventsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", "head", "options", Route = "bitrix24/events")] HttpRequest request) =>
        addon.AnswerAsync(request.HttpContext);

    [Function("Health")]
    public Task HealthAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "options", Route = "health/{check}")] HttpRequest request) =>
        addon.AnswerAsync(request.HttpContext);

    [Function("Install")]
    public Task InstallAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", "head", "options", Route = "bitrix24/install")] HttpRequest request) =>
        addon.AnswerAsync(request.HttpContext);

    [Function("Placements")]
    public Task PlacementsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", "head", "options", Route = "bitrix24/placements/{code}")] HttpRequest request) =>
        addon.AnswerAsync(request.HttpContext);

    [Function("Tick")]
    public Task TickAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, CancellationToken cancellationToken) => addon.TickAsync(cancellationToken);
}
