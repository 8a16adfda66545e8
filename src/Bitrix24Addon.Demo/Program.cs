using System.CommandLine;
using System.CommandLine.Invocation;
using Bitrix24Addon.Demo;
using Bitrix24Addon.Functions.Cli;

const int FewestManagers = 12;
const int MostManagers = 1000;

var texts = AddonProgram.SystemTexts;
var port = new Option<int?>("--port") { Description = texts.Get("Demo.port") };
port.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int?>() is < 0 or > 65535)
    {
        result.AddError(texts.Get("Demo.bad_port"));
    }
});
var managers = new Option<int>("--managers") { Description = texts.Get("Demo.managers"), DefaultValueFactory = _ => FewestManagers };
managers.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < FewestManagers or > MostManagers)
    {
        result.AddError(texts.Get("Demo.bad_managers", FewestManagers, MostManagers));
    }
});
var once = new Option<bool>("--once") { Description = texts.Get("Demo.once") };
var data = new Option<string>("--data") { Description = texts.Get("Demo.data"), DefaultValueFactory = _ => Path.Combine("data", "demo"), HelpName = "DIR" };
var root = new RootCommand(texts.Get("Demo.program")) { port, managers, once, data };
root.SetAction((parsed, _) => new Demonstration(texts, Path.GetFullPath(parsed.GetRequiredValue(data)))
    .RunAsync(parsed.GetValue(port), parsed.GetValue(managers), parsed.GetValue(once)));
var parsed = root.Parse(args);
var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
return parsed.Action is ParseErrorAction ? 2 : exitCode;
