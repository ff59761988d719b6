namespace Platform.Faults;

/// <summary>What was found wrong. Each thing counts once, in however many places it shows; the first of each sort are told.</summary>
internal sealed class Findings
{
    private const int Told = 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, HashSet<string>> _all = new() { ["lost"] = [], ["duplicated"] = [], ["differing"] = [] };

    /// <summary>How many acknowledged writes are missing somewhere.</summary>
    public int LostCount => Count("lost");

    /// <summary>How many things are there more than once.</summary>
    public int DuplicatedCount => Count("duplicated");

    /// <summary>How many things differ from what they must be.</summary>
    public int DifferingCount => Count("differing");

    /// <summary>An acknowledged write is missing.</summary>
    /// <param name="what">What is missing: counted once, wherever it is missing.</param>
    /// <param name="where">Where, and what else helps to find the reason.</param>
    public void Lost(string what, string where) => Add("lost", what, where);

    /// <summary>Something is there more than once.</summary>
    public void Duplicated(string what, string where) => Add("duplicated", what, where);

    /// <summary>Something is not what it must be.</summary>
    public void Differing(string what, string where) => Add("differing", what, where);

    private int Count(string sort)
    {
        lock (_lock)
            return _all[sort].Count;
    }

    private void Add(string sort, string what, string where)
    {
        lock (_lock)
        {
            if (!_all[sort].Add(what))
                return;
            if (_all[sort].Count <= Told)
                Console.WriteLine($"{sort.ToUpperInvariant()}: {what}: {where}");
            else if (_all[sort].Count == Told + 1)
                Console.WriteLine($"{sort.ToUpperInvariant()}: more than {Told}; the others are counted only.");
        }
    }
}
