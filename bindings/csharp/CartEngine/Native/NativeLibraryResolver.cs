using System.Reflection;
using System.Runtime.InteropServices;

namespace CartEngine.Native;

/// <summary>
/// Finds the native library: where <c>CART_ENGINE_LIBRARY</c> says, else below
/// <c>runtimes/&lt;rid&gt;/native</c> beside the program, else where the platform looks.
/// </summary>
internal static class NativeLibraryResolver
{
    public const string PathVariable = "CART_ENGINE_LIBRARY";

    private const string LibraryName = "cart_engine";

    public static void Register() =>
        NativeLibrary.SetDllImportResolver(typeof(NativeLibraryResolver).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != LibraryName)
        {
            return 0;
        }
        var path = Environment.GetEnvironmentVariable(PathVariable);
        if (!string.IsNullOrEmpty(path))
        {
            // Who names a library wants that one: a failure is told, not passed over.
            return NativeLibrary.Load(path);
        }
        foreach (var candidate in Candidates(AppContext.BaseDirectory))
        {
            if (NativeLibrary.TryLoad(candidate, out var library))
            {
                return library;
            }
        }
        return NativeLibrary.TryLoad(name, assembly, searchPath, out var found)
            ? found
            : throw new DllNotFoundException(
                $"{FileName} was not found: neither {PathVariable} names it, nor does it lie in "
                + $"runtimes/{PortableRuntimeIdentifier}/native beside the program, nor where the "
                + "platform looks");
    }

    /// <summary>
    /// The paths of the package's layout below a folder, the most specific platform first.
    /// </summary>
    internal static IEnumerable<string> Candidates(string folder) =>
        new[] { RuntimeInformation.RuntimeIdentifier, PortableRuntimeIdentifier }
            .Distinct()
            .Select(rid => Path.Combine(folder, "runtimes", rid, "native", FileName));

    private static string FileName =>
        OperatingSystem.IsWindows() ? $"{LibraryName}.dll"
        : OperatingSystem.IsMacOS() ? $"lib{LibraryName}.dylib"
        : $"lib{LibraryName}.so";

    /// <summary>
    /// The platform without its distribution, <c>linux-x64</c>: a runtime built by a distribution
    /// names that.
    /// </summary>
    private static string PortableRuntimeIdentifier
    {
        get
        {
            var system = OperatingSystem.IsWindows() ? "win"
                : OperatingSystem.IsMacOS() ? "osx"
                : "linux";
            var processor = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
            return $"{system}-{processor}";
        }
    }
}
