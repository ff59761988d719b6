using Platform.Tool;

return await CommandLine.RunAsync(args);
