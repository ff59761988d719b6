namespace Platform.Faults;

/// <summary>What a run was asked for.</summary>
/// <param name="Seed">Makes the schedule of faults and what the clients write.</param>
/// <param name="Longest">The load ends after this time at the latest.</param>
/// <param name="Faults">At least so many faults; null to run for the whole time.</param>
/// <param name="Writes">At least so many acknowledged writes; null to run for the whole time.</param>
/// <param name="Only">Only faults of this kind.</param>
/// <param name="Table">A file to write the table to.</param>
internal sealed record Options(int Seed, TimeSpan Longest, int? Faults, int? Writes, FaultKind? Only, string? Table);
