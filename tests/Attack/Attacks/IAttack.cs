namespace Platform.Attack.Attacks;

/// <summary>One kind of attack.</summary>
internal interface IAttack
{
    /// <summary>Its name in the table.</summary>
    string Name { get; }

    /// <summary>How long it goes on in each round, as a share of it.</summary>
    int Share { get; }

    /// <summary>How many of it work at the same time.</summary>
    int Workers { get; }

    /// <summary>Attacks until the end.</summary>
    Task RunAsync(RawClient client, Random random, Tally tally, CancellationToken end);
}
