using Bitrix24Addon.Functions.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

// The worker freezes between invocations like the custom handler: ticks do the work.
builder.Services.AddSingleton(AddonApplication.Create(new Dictionary<string, string?> { ["App:BackgroundWork"] = "false" }));
builder.Build().Run();
