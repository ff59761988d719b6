using Npgsql;

namespace Platform.Hosting.Databases;

/// <summary>Short forms for commands with positional parameters.</summary>
internal static class NpgsqlExtensions
{
    /// <summary>A parameter with its type, so that nothing is boxed and Npgsql need not look at each value to learn what it is.</summary>
    public static NpgsqlParameter<T> Parameter<T>(T value) => new() { TypedValue = value };

    /// <summary>Adds a command to a batch.</summary>
    public static void Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }
}
