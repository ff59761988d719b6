using Platform.Fixtures;

[assembly: AssemblyFixture(typeof(EmbeddedPlatform))]
[assembly: AssemblyFixture(typeof(ServersPlatform))]

namespace Platform.Fixtures;

// What a service has in common with the others, on both engines: compiled into the tests of each, because tests are
// found in the assembly that runs.

public sealed class MethodsEmbedded(EmbeddedPlatform platform) : MethodSpecification(platform);

public sealed class MethodsOnServers(ServersPlatform platform) : MethodSpecification(platform);

public sealed class CreateEmbedded(EmbeddedPlatform platform) : CreateSpecification(platform);

public sealed class CreateOnServers(ServersPlatform platform) : CreateSpecification(platform);

public sealed class UpdateEmbedded(EmbeddedPlatform platform) : UpdateSpecification(platform);

public sealed class UpdateOnServers(ServersPlatform platform) : UpdateSpecification(platform);

public sealed class ListEmbedded(EmbeddedPlatform platform) : ListSpecification(platform);

public sealed class ListOnServers(ServersPlatform platform) : ListSpecification(platform);

public sealed class ChangeFeedEmbedded(EmbeddedPlatform platform) : ChangeFeedSpecification(platform);

public sealed class ChangeFeedOnServers(ServersPlatform platform) : ChangeFeedSpecification(platform);

public sealed class HandlingEmbedded(EmbeddedPlatform platform) : HandlingSpecification(platform);

public sealed class HandlingOnServers(ServersPlatform platform) : HandlingSpecification(platform);

public sealed class FieldBehaviorEmbedded(EmbeddedPlatform platform) : FieldBehaviorSpecification(platform);

public sealed class FieldBehaviorOnServers(ServersPlatform platform) : FieldBehaviorSpecification(platform);
