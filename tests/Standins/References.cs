using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;

namespace Platform.Standins.Tests;

/// <summary>The types and members that a binary asks of certain assemblies.</summary>
internal sealed class References
{
    public References(MetadataReader reader, IReadOnlyCollection<string> assemblies)
    {
        var decoder = new Names();
        Types = reader.TypeReferences
            .Select(h => (Assembly: Names.AssemblyOf(reader, h) ?? "", Name: Names.Of(reader, h)))
            .Where(t => assemblies.Contains(t.Assembly))
            .ToList();
        var names = Types.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        Members = reader.MemberReferences
            .Select(reader.GetMemberReference)
            .Select(m => (Type: ParentOf(m.Parent), Signature: SignatureOf(m)))
            .Where(m => names.Contains(m.Type))
            .Distinct()
            .ToList();

        string ParentOf(EntityHandle parent) => parent.Kind switch
        {
            HandleKind.TypeReference => Names.Of(reader, (TypeReferenceHandle)parent),
            HandleKind.TypeSpecification => Generic(reader.GetTypeSpecification((TypeSpecificationHandle)parent).DecodeSignature(decoder, null)),
            _ => "",
        };

        string SignatureOf(MemberReference member)
        {
            var name = reader.GetString(member.Name);
            return member.GetKind() == MemberReferenceKind.Field
                ? Names.Field(name, member.DecodeFieldSignature(decoder, null))
                : Names.Method(name, member.DecodeMethodSignature(decoder, null));
        }
    }

    public IReadOnlyCollection<(string Assembly, string Name)> Types { get; }

    public IReadOnlyCollection<(string Type, string Signature)> Members { get; }

    private static string Generic(string type)
    {
        var arguments = type.IndexOf('<', StringComparison.Ordinal);
        return arguments < 0 ? type : type[..arguments];
    }
}

/// <summary>A type and its public and protected members.</summary>
internal sealed record DefinedType(string Assembly, string Name, string? Base, IReadOnlySet<string> Members)
{
    public static IReadOnlyList<DefinedType> In(string assembly, MetadataReader reader)
    {
        var decoder = new Names();
        return reader.TypeDefinitions
            .Select(h => new DefinedType(assembly, Names.Of(reader, h), BaseOf(h), MembersOf(reader.GetTypeDefinition(h))))
            .ToList();

        string? BaseOf(TypeDefinitionHandle handle)
        {
            var parent = reader.GetTypeDefinition(handle).BaseType;
            return parent.IsNil ? null : parent.Kind switch
            {
                HandleKind.TypeDefinition => Names.Of(reader, (TypeDefinitionHandle)parent),
                HandleKind.TypeReference => Names.Of(reader, (TypeReferenceHandle)parent),
                _ => null,
            };
        }

        IReadOnlySet<string> MembersOf(TypeDefinition type)
            => type.GetMethods().Select(reader.GetMethodDefinition)
                .Where(m => (m.Attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem)
                .Select(m => Names.Method(reader.GetString(m.Name), m.DecodeSignature(decoder, null)))
                .Concat(type.GetFields().Select(reader.GetFieldDefinition)
                    .Where(f => (f.Attributes & FieldAttributes.FieldAccessMask) == FieldAttributes.Public)
                    .Select(f => Names.Field(reader.GetString(f.Name), f.DecodeSignature(decoder, null))))
                .ToHashSet(StringComparer.Ordinal);
    }
}

/// <summary>Writes types and signatures as text, the same for a reference and for what it refers to.</summary>
internal sealed class Names : ISignatureTypeProvider<string, object?>
{
    public static string Method(string name, MethodSignature<string> signature)
        => $"{(signature.Header.IsInstance ? "" : "static ")}{signature.ReturnType} {name}`{signature.GenericParameterCount}({string.Join(", ", signature.ParameterTypes)})";

    public static string Field(string name, string type) => $"{type} {name}";

    public static string? AssemblyOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        var scope = reader.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.TypeReference => AssemblyOf(reader, (TypeReferenceHandle)scope),
            HandleKind.AssemblyReference => reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name),
            _ => null,
        };
    }

    public static string Of(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        var outer = type.ResolutionScope.Kind == HandleKind.TypeReference ? Of(reader, (TypeReferenceHandle)type.ResolutionScope) : null;
        return Join(outer, reader.GetString(type.Namespace), reader.GetString(type.Name));
    }

    public static string Of(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var outer = type.GetDeclaringType().IsNil ? null : Of(reader, type.GetDeclaringType());
        return Join(outer, reader.GetString(type.Namespace), reader.GetString(type.Name));
    }

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Of(reader, handle);

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Of(reader, handle);

    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
        => reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => $"{genericType}<{string.Join(",", typeArguments)}>";

    public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

    public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

    public string GetSZArrayType(string elementType) => elementType + "[]";

    public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{shape.Rank}]";

    public string GetByReferenceType(string elementType) => elementType + "&";

    public string GetPointerType(string elementType) => elementType + "*";

    public string GetPinnedType(string elementType) => elementType;

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => $"{unmodifiedType} mod({modifier})";

    public string GetFunctionPointerType(MethodSignature<string> signature) => Method("fn", signature);

    private static string Join(string? outer, string space, string name)
        => outer is not null ? $"{outer}+{name}" : space.Length > 0 ? $"{space}.{name}" : name;
}
