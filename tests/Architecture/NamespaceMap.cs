using Mono.Cecil;

namespace Platform.Architecture.Tests;

/// <summary>Which namespace of an assembly uses which other of the same assembly, read from the compiled code.</summary>
internal sealed class NamespaceMap
{
    private readonly SortedDictionary<string, SortedDictionary<string, string>> _uses = new(StringComparer.Ordinal);

    private NamespaceMap(string assembly) => Assembly = assembly;

    /// <summary>The name of the assembly.</summary>
    public string Assembly { get; }

    /// <summary>Each namespace with those that it uses, and for each of these a type that shows it.</summary>
    public IReadOnlyDictionary<string, SortedDictionary<string, string>> Uses => _uses;

    /// <summary>The namespace that all others are in.</summary>
    public string Root =>
        _uses.Keys.OrderBy(n => n.Length).First(n => _uses.Keys.All(o => o == n || o.StartsWith(n + ".", StringComparison.Ordinal)));

    /// <summary>The uses that do not follow from others: a uses c is left out where a uses b and b uses c.</summary>
    public IEnumerable<(string From, string To)> Reduced() =>
        from uses in _uses
        from to in uses.Value.Keys
        where !uses.Value.Keys.Any(other => other != to && Reaches(other, to))
        select (uses.Key, to);

    /// <summary>Reads an assembly.</summary>
    public static NamespaceMap Of(string file)
    {
        using var module = ModuleDefinition.ReadModule(file);
        var map = new NamespaceMap(module.Assembly.Name.Name);
        foreach (var type in module.GetTypes())
        {
            foreach (var used in Used(type))
                map.Add(type, used, module);
        }
        return map;
    }

    /// <summary>Namespaces that use one another, directly or through others: each group is a circle.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Circles() =>
        [.. _uses.Keys.Where(n => Reaches(n, n)).GroupBy(n => string.Join(' ', _uses.Keys.Where(m => Reaches(n, m) && Reaches(m, n))))
            .Select(g => (IReadOnlyList<string>)[.. g])];

    /// <summary>A line for each namespace: its name without the assembly's prefix, and what it uses.</summary>
    public IEnumerable<string> Lines() => _uses.Where(u => u.Value.Count > 0).Select(u => $"{u.Key} -> {string.Join(", ", u.Value.Keys)}");

    private void Add(TypeDefinition user, TypeReference used, ModuleDefinition module)
    {
        var to = NamespaceOf(used);
        var from = NamespaceOf(user);
        // Only what is defined here: a reference to another assembly cannot close a circle.
        if (used.Scope != module || to.Length == 0 || from.Length == 0 || to == from || to == "System.Text.RegularExpressions.Generated"
            || from == "System.Text.RegularExpressions.Generated")
        {
            return;
        }
        if (!_uses.TryGetValue(from, out var uses))
            _uses.Add(from, uses = new(StringComparer.Ordinal));
        if (!_uses.ContainsKey(to))
            _uses.Add(to, new(StringComparer.Ordinal));
        uses.TryAdd(to, $"{user.FullName} uses {used.FullName}");
    }

    private bool Reaches(string from, string to)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([from]);
        while (open.TryPop(out var current))
        {
            foreach (var next in _uses[current].Keys)
            {
                if (next == to)
                    return true;
                if (seen.Add(next))
                    open.Push(next);
            }
        }
        return false;
    }

    private static string NamespaceOf(TypeReference type)
    {
        while (type.DeclaringType is not null)
            type = type.DeclaringType;
        return type.Namespace;
    }

    private static IEnumerable<TypeReference> Used(TypeDefinition type) =>
        new[] { type.BaseType }.Concat(type.Interfaces.Select(i => i.InterfaceType))
            .Concat(type.Fields.Select(f => f.FieldType))
            .Concat(type.Properties.Select(p => p.PropertyType))
            .Concat(type.CustomAttributes.Select(a => a.AttributeType))
            .Concat(type.Methods.SelectMany(Used))
            .Where(t => t is not null)
            .SelectMany(Parts);

    private static IEnumerable<TypeReference> Used(MethodDefinition method)
    {
        var signature = method.Parameters.Select(p => p.ParameterType).Append(method.ReturnType)
            .Concat(method.CustomAttributes.Select(a => a.AttributeType));
        if (!method.HasBody)
            return signature;
        return signature
            .Concat(method.Body.Variables.Select(v => v.VariableType))
            .Concat(method.Body.Instructions.SelectMany(i => i.Operand switch
            {
                TypeReference t => [t],
                FieldReference f => new[] { f.DeclaringType, f.FieldType },
                GenericInstanceMethod m => m.GenericArguments.Append(m.DeclaringType).Append(m.ReturnType),
                MethodReference m => new[] { m.DeclaringType, m.ReturnType },
                _ => Array.Empty<TypeReference>(),
            }));
    }

    // A generic type with its arguments, an array with its elements.
    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification of => Parts(of.ElementType),
        GenericParameter => [],
        _ => [type],
    };
}
