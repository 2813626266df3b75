using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>
/// The files of requests and answers that every language runs; the format is told by the README
/// beside them.
/// </summary>
internal static class GoldenSuite
{
    /// <summary>Names the folder of the suite where it does not lie above the tests.</summary>
    public const string FolderVariable = "CART_ENGINE_GOLDEN";

    /// <summary>The paths of the suite's files, in order of their names.</summary>
    public static IEnumerable<string> Files() =>
        Directory.GetFiles(Folder(), "*.golden").Order(StringComparer.Ordinal);

    /// <summary>One case for each file, named like the file.</summary>
    public static IEnumerable<TestCaseData> Cases() =>
        Files().Select(path => new TestCaseData(path).SetArgDisplayNames(Path.GetFileName(path)));

    /// <summary>The steps of a file.</summary>
    public static IReadOnlyList<GoldenStep> Read(string path)
    {
        var steps = new List<GoldenStep>();
        var number = 0;
        // A carriage return is text like any other, unless the line was checked out with it.
        foreach (var line in File.ReadAllText(path).Replace("\r\n", "\n").Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith('#'))
            {
                continue;
            }
            var (directive, text) = Parted(line, ' ');
            if (directive is "open" or "call")
            {
                steps.Add(GoldenStep.Begin(path, number, directive, text));
            }
            else
            {
                steps[^1].Take(number, directive, text);
            }
        }
        return steps;
    }

    /// <summary>What stands before the first separator, and what behind it.</summary>
    public static (string Before, string After) Parted(string text, char separator)
    {
        var at = text.IndexOf(separator);
        return at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
    }

    private static string Folder() =>
        Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder
            ? folder
            : Shop.Project("tests/golden");
}

/// <summary>One call of a golden file, and what must come of it.</summary>
internal sealed class GoldenStep
{
    private readonly string path;
    private int statusLine;
    private int answerLine;

    private GoldenStep(string path, int line, string name)
    {
        this.path = path;
        statusLine = answerLine = line;
        Name = name;
    }

    /// <summary>The C function.</summary>
    public string Name { get; }

    /// <summary>The members of the request, by their C names.</summary>
    public Dictionary<string, string> Request { get; } = [];

    /// <summary>The texts to pass, in order.</summary>
    public List<string?> Arguments { get; } = [];

    /// <summary>The name of the status that must come.</summary>
    public string Status { get; private set; } = "CART_STATUS_OK";

    /// <summary>The document that must come, or null.</summary>
    public string? Answer { get; private set; }

    /// <summary>Where a wrong status is to be looked for.</summary>
    public string AtStatus => At(statusLine);

    /// <summary>Where a wrong answer is to be looked for.</summary>
    public string AtAnswer => At(answerLine);

    public static GoldenStep Begin(string path, int line, string directive, string text)
    {
        if (directive == "open")
        {
            var open = new GoldenStep(path, line, "cart_engine_open");
            open.Arguments.Add(text);
            return open;
        }
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var call = new GoldenStep(path, line, words[0]);
        foreach (var field in words.Skip(1))
        {
            var (name, value) = GoldenSuite.Parted(field, '=');
            call.Request.Add(name, value);
        }
        return call;
    }

    public void Take(int line, string directive, string text)
    {
        switch (directive)
        {
            case "argument":
                Arguments.Add(text);
                break;
            case "null":
                Arguments.Add(null);
                break;
            case "file":
                Arguments.Add(Path.Combine(Path.GetDirectoryName(path)!, text));
                break;
            case "status":
                (Status, statusLine) = (text, line);
                break;
            case "answer":
                (Answer, answerLine) = (text, line);
                break;
            default:
                throw new FormatException($"{At(line)}: {directive} is no directive");
        }
    }

    private string At(int line) => $"{Path.GetFileName(path)}:{line}: {Name}";
}
