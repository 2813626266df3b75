using System.Text.RegularExpressions;
using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>
/// The examples of the README compile and run: they stand in a program or here word for word.
/// </summary>
[TestFixture]
public class ReadmeTests
{
    [Test]
    public void The_story_is_that_of_its_host()
    {
        var host = File.ReadAllText(Shop.Project("bindings/csharp/CartEngine.Story/Program.cs"));
        Assert.That(Plain(host), Does.Contain(Examples()[0]));
    }

    [Test]
    public void The_change_is_that_of_this_file()
    {
        Assert.That(Examples(), Has.Count.EqualTo(2));
        Assert.That(Plain(Shop.Beside("ReadmeTests.cs")), Does.Contain(Examples()[1]));
    }

    [Test]
    public void A_cart_is_read_changed_and_sent_back()
    {
        using var engine = Shop.Open();
        var request = Shop.Buyer;
        var cart = engine.Create(request, Shop.CartOf(5));

        var line = cart.LineItems[0] with { Quantity = 6 };
        cart = engine.Update(
            request with { IfMatch = cart.Etag }, cart.Id!, cart with { LineItems = [line] });

        Assert.That(cart.LineItems[0].Quantity, Is.EqualTo(6));
    }

    private static List<string> Examples() =>
        Regex.Matches(Shop.Beside("README.md"), "```csharp\n(.*?)```", RegexOptions.Singleline)
            .Select(match => Plain(match.Groups[1].Value))
            .ToList();

    private static string Plain(string text) => Regex.Replace(text, @"\s+", " ").Trim();
}
