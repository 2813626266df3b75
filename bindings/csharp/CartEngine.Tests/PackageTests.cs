using System.Xml.Linq;
using CartEngine.Native;
using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>
/// What the project files say of the package. Only an SDK can pack; this is what can be seen without
/// one.
/// </summary>
[TestFixture]
public class PackageTests
{
    private const string Library = "CartEngine/CartEngine.csproj";

    [TestCase("Directory.Build.props", "TargetFramework", "net8.0")]
    [TestCase("Directory.Build.props", "Nullable", "enable")]
    [TestCase("Directory.Build.props", "TreatWarningsAsErrors", "true")]
    [TestCase(Library, "GenerateDocumentationFile", "true")]
    [TestCase(Library, "PackageId", "CartEngine")]
    [TestCase(Library, "PackageReadmeFile", "README.md")]
    [TestCase("CartEngine.Tests/CartEngine.Tests.csproj", "IsPackable", "false")]
    [TestCase("CartEngine.Host/CartEngine.Host.csproj", "IsPackable", "false")]
    [TestCase("CartEngine.Story/CartEngine.Story.csproj", "IsPackable", "false")]
    public void A_property_is_set(string file, string name, string value) =>
        Assert.That(Project(file).Descendants(name).Single().Value, Is.EqualTo(value));

    [Test]
    public void The_library_needs_no_other_package_and_silences_no_warning()
    {
        Assert.That(Project(Library).Descendants("PackageReference"), Is.Empty);
        Assert.That(Project(Library).Descendants("NoWarn"), Is.Empty);
    }

    [Test]
    public void The_tests_have_all_that_a_test_run_needs() =>
        Assert.That(
            Project("CartEngine.Tests/CartEngine.Tests.csproj")
                .Descendants("PackageReference")
                .Select(package => package.Attribute("Include")?.Value),
            Is.EquivalentTo(new[] { "Microsoft.NET.Test.Sdk", "NUnit", "NUnit3TestAdapter" }));

    [Test]
    public void Every_project_is_in_the_solution()
    {
        var folder = Shop.Project("bindings/csharp");
        var solution = File.ReadAllText(Path.Combine(folder, "CartEngine.sln"));
        foreach (var project in Directory.GetDirectories(folder, "CartEngine*"))
        {
            var name = Path.GetFileName(project);
            Assert.That(solution, Does.Contain($"\"{name}\\{name}.csproj\""));
        }
    }

    [Test]
    public void Libraries_are_packed_where_the_program_looks_for_them()
    {
        var packed = Project(Library).Descendants("None").Single(
            item => item.Attribute("Include")?.Value == "$(NativeLibraries)");
        Assert.That(packed.Attribute("Pack")?.Value, Is.EqualTo("true"));
        var path = packed.Attribute("PackagePath")!.Value;
        foreach (var candidate in NativeLibraryResolver.Candidates(""))
        {
            var name = Path.GetFileName(candidate);
            var platform = Path.GetFileName(
                Path.GetDirectoryName(Path.GetDirectoryName(candidate)));
            Assert.That(
                path.Replace("%(RecursiveDir)", $"{platform}/") + name,
                Is.EqualTo(candidate.Replace('\\', '/')));
            Assert.That(
                Project(Library).Descendants("NativeLibraries").Single().Value.Split(';'),
                Does.Contain($"$(NativeRoot)/**/{name}"));
        }
    }

    [Test]
    public void Packing_without_a_library_is_refused()
    {
        var target = Project(Library).Descendants("Target").Single();
        Assert.That(target.Attribute("BeforeTargets")?.Value, Is.EqualTo("GenerateNuspec"));
        Assert.That(
            target.Descendants("PackedLibrary").Single().Attribute("Include")?.Value,
            Is.EqualTo("$(NativeLibraries)"));
        Assert.That(
            target.Elements("Error").Select(error => error.Attribute("Condition")?.Value),
            Is.EqualTo(
                new[] { "'@(PackedLibrary)' == ''", "'%(PackedLibrary.RecursiveDir)' == ''" }));
    }

    private static XElement Project(string file) =>
        XElement.Load(Path.Combine(Shop.Project("bindings/csharp"), file));
}
