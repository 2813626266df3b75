using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>
/// Every error that a line can have, and every error that an order can fail with, comes out of the
/// native library with its number, and has a name here.
/// </summary>
[TestFixture]
public class LineErrorTests
{
    private static IEnumerable<TestCaseData> Stories() =>
        LineStory.All.Select(each => new TestCaseData(each.Key).SetArgDisplayNames($"{each.Key}"));

    private static IEnumerable<TestCaseData> StoriesOfOrders() =>
        LineStory.All.Where(each => each.Value.BadLine is null).Select(
            each => new TestCaseData(each.Key).SetArgDisplayNames($"{each.Key}"));

    [Test]
    public void Every_line_error_of_the_page_has_a_story_and_a_name() =>
        Assert.That(
            LineStory.All.Keys.Select(code => ((int)code, code.ToString())),
            Is.EquivalentTo(BehaviourPage.LineErrors()));

    [Test]
    public void Every_order_error_of_the_page_has_a_story()
    {
        var (byLineError, _) = BehaviourPage.OrderErrors();
        var told = StoriesOfOrders().Select(each => (int)(CartErrorCode)each.Arguments[0]!);
        Assert.That(byLineError.Keys, Is.SubsetOf(told));
        Assert.That(told.Except(byLineError.Keys), Is.Not.Empty, "one for any other");
    }

    [TestCaseSource(nameof(Stories))]
    public void A_line_that_was_good_has_the_error_when_it_is_sent_again(CartErrorCode code)
    {
        var story = LineStory.All[code];
        using var engine = story.Open();
        var cart = new Cart { LineItems = [story.Line] };
        Assert.That(engine.Create(Shop.Buyer, cart).LineItems[0].Error, Is.Null);
        story.Happens(engine);
        cart = engine.Create(Shop.Buyer, new Cart { LineItems = [story.BadLine ?? story.Line] });
        Assert.That(cart.LineItems[0].Error?.ErrorCode, Is.EqualTo(code), $"{cart.LineItems[0]}");
        Assert.That(cart.HasErrors);
    }

    [TestCaseSource(nameof(StoriesOfOrders))]
    public void An_order_of_a_line_that_was_good_fails_with_the_order_error(CartErrorCode code)
    {
        var story = LineStory.All[code];
        using var engine = story.Open();
        var cart = engine.Create(Shop.Buyer, new Cart { LineItems = [story.Line] });
        story.Happens(engine);
        var error = engine.Checkout(Shop.Buyer, cart.Id!).OrderErrors.Single();
        var (byLineError, other) = BehaviourPage.OrderErrors();
        Assert.That(error.Code, Is.EqualTo(byLineError.GetValueOrDefault((int)code, other)));
        Assert.That(error.OrderGroupId, Is.EqualTo(cart.LineItems[0].OrderGroup));
        Assert.That(
            engine.Get(Shop.Buyer, cart.Id!).LineItems[0].Error?.ErrorCode, Is.EqualTo(code));
    }
}
