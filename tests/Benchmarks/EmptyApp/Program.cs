var builder = WebApplication.CreateSlimBuilder(args);
var application = builder.Build();
application.MapGet("/", () => "");
application.Run();
