namespace Platform.Tool.Output;

/// <summary>A command that could not do what was asked, with the sentence that says why.</summary>
internal sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner);
