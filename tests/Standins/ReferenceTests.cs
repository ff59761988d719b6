using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;

namespace Platform.Standins.Tests;

/// <summary>Every type and member that the official binaries ask of the stand-ins is there, with the exact signature.</summary>
public sealed class ReferenceTests
{
    private static readonly string[] StandIns = ["Grpc.Core.Api", "Grpc.Net.Common", "ExcelNumberFormat"];

    public static TheoryData<string> OfficialBinaries => ["Grpc.AspNetCore.Server", "Grpc.Net.Client", "ClosedXML"];

    [Theory]
    [MemberData(nameof(OfficialBinaries))]
    public void References_OfOfficialBinary_Resolve(string name)
    {
        using var binary = Open(name);
        var defined = StandIns.SelectMany(DefinedTypes).ToList();
        var byName = defined.ToLookup(t => t.Name);

        var references = new References(binary.GetMetadataReader(), StandIns);
        var missing = references.Types.Where(t => !defined.Exists(d => (d.Assembly, d.Name) == t)).Select(t => $"{t.Name} in {t.Assembly}")
            .Concat(references.Members.Where(m => !Resolves(m.Type, m.Signature)).Select(m => $"{m.Type}: {m.Signature}"))
            .ToList();

        Assert.NotEmpty(references.Types);
        Assert.NotEmpty(references.Members);
        Assert.Empty(missing);

        bool Resolves(string type, string signature)
            => byName[type].Any(t => t.Members.Contains(signature) || (t.Base is not null && Resolves(t.Base, signature)));
    }

    [Theory]
    [MemberData(nameof(OfficialBinaries))]
    public void Overrides_InOfficialBinary_OverrideSomething(string name)
    {
        // Loading fails where an abstract member is not implemented.
        var types = AssemblyLoadContext.Default.LoadFromAssemblyPath(PathOf(name)).GetTypes();

        var lost = types
            .Where(DerivesFromStandIn)
            .SelectMany(t => t.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(m => m.IsVirtual && (m.Attributes & MethodAttributes.NewSlot) == 0 && m.GetBaseDefinition() == m)
            .Select(m => $"{m.DeclaringType}: {m}");

        Assert.Empty(lost);
    }

    private static bool DerivesFromStandIn(Type type)
    {
        for (var ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
        {
            if (StandIns.Contains(ancestor.Assembly.GetName().Name))
                return true;
        }

        return false;
    }

    private static IReadOnlyList<DefinedType> DefinedTypes(string assembly)
    {
        using var binary = Open(assembly);
        return DefinedType.In(assembly, binary.GetMetadataReader());
    }

    private static string PathOf(string assembly) => Path.Combine(AppContext.BaseDirectory, assembly + ".dll");

    private static PEReader Open(string assembly) => new(File.OpenRead(PathOf(assembly)));
}
