using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CartEngine.Native;
using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>
/// The public types and the declarations generated from the native source say the same.
/// </summary>
[TestFixture]
public class DeclarationTests
{
    [Test]
    public void Every_status_of_the_library_has_a_name_here()
    {
        var native = typeof(NativeMethods)
            .GetFields(BindingFlags.NonPublic | BindingFlags.Static)
            .Where(field => field.IsLiteral && field.Name.StartsWith(
                "CART_STATUS_", StringComparison.Ordinal))
            .ToDictionary(
                field => field.Name["CART_STATUS_".Length..].Replace("_", ""),
                field => (int)field.GetRawConstantValue()!);
        var named = Enum.GetValues<EngineStatus>().ToDictionary(
            status => status.ToString().ToUpperInvariant(), status => (int)status);
        Assert.That(named, Is.EquivalentTo(native));
    }

    [Test]
    public void A_request_has_the_size_of_its_six_members() =>
        Assert.That(Unsafe.SizeOf<cart_request>(), Is.EqualTo(6 * nint.Size));

    [Test]
    public void Every_call_with_an_engine_takes_its_handle()
    {
        var bare = typeof(NativeMethods).GetMethods(BindingFlags.NonPublic | BindingFlags.Static)
            .Where(method => method.GetCustomAttribute<DllImportAttribute>() is not null)
            .Where(method => method.GetParameters().Any(
                parameter => parameter.ParameterType == typeof(cart_engine*)))
            .Select(method => method.Name);
        Assert.That(bare, Is.EqualTo(new[] { nameof(NativeMethods.cart_engine_close) }));
    }

    [Test]
    public void A_package_is_searched_where_it_puts_the_library()
    {
        var candidates = NativeLibraryResolver.Candidates("/app").ToList();
        Assert.That(
            candidates,
            Is.Not.Empty.And.All.Match(
                "^/app.runtimes.[a-z0-9.-]+.native.(lib)?cart_engine[.](so|dylib|dll)$"));
    }
}
