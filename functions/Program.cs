using Bitrix24Addon.Functions.Cli;

return await AddonProgram.RunAsync(args);
