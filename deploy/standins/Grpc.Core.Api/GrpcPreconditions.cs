using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Grpc.Core.Utils;

/// <summary>Checks of arguments and states.</summary>
public static class GrpcPreconditions
{
    /// <summary>Throws <see cref="ArgumentException"/> unless the condition holds.</summary>
    public static void CheckArgument(bool condition)
    {
        if (!condition)
            throw new ArgumentException(null);
    }

    /// <summary>Throws <see cref="ArgumentException"/> with a message unless the condition holds.</summary>
    public static void CheckArgument(bool condition, string errorMessage)
    {
        if (!condition)
            throw new ArgumentException(errorMessage);
    }

    /// <summary>Returns the reference, or throws <see cref="ArgumentNullException"/> if it is null.</summary>
    public static T CheckNotNull<T>([NotNull] T reference, [CallerArgumentExpression(nameof(reference))] string? paramName = null)
    {
        if (reference is null)
            throw new ArgumentNullException(paramName);
        return reference;
    }

    /// <summary>Throws <see cref="InvalidOperationException"/> unless the condition holds.</summary>
    public static void CheckState(bool condition)
    {
        if (!condition)
            throw new InvalidOperationException();
    }

    /// <summary>Throws <see cref="InvalidOperationException"/> with a message unless the condition holds.</summary>
    public static void CheckState(bool condition, string errorMessage)
    {
        if (!condition)
            throw new InvalidOperationException(errorMessage);
    }
}
