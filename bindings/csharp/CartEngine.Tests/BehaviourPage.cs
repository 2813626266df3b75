namespace CartEngine.Tests;

/// <summary>The tables of errors in the project's page on behaviour.</summary>
internal static class BehaviourPage
{
    private static readonly string Text =
        File.ReadAllText(Shop.Project("BEHAVIOUR.md")).ReplaceLineEndings("\n");

    /// <summary>What is wrong with a line, by its number.</summary>
    public static IEnumerable<(int Code, string Name)> LineErrors() =>
        Rows("Line errors").Select(row => (int.Parse(row[1]), row[2])).Distinct();

    /// <summary>Why a call failed.</summary>
    public static IEnumerable<(int Status, string Code, string Name)> CallErrors() =>
        Rows("Call errors").Select(row => (int.Parse(row[0]), row[1], row[2]));

    /// <summary>
    /// The order error of each line error that has one of its own, and that of the others.
    /// </summary>
    public static (Dictionary<int, int> ByLineError, int Other) OrderErrors()
    {
        var rows = Rows("Checkout").ToList();
        var other = int.Parse(rows.Single(row => row[0] == "any other")[1]);
        rows.RemoveAll(row => row[0] == "any other");
        return (rows.ToDictionary(row => int.Parse(row[0]), row => int.Parse(row[1])), other);
    }

    /// <summary>The cells of the first table below a heading, without its head.</summary>
    private static IEnumerable<string[]> Rows(string heading) =>
        Text.Split($"\n## {heading}\n")[1].Split("\n## ")[0]
            .Split('\n')
            .Where(line => line.StartsWith('|'))
            .Skip(2)
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());
}
