using System.Collections.Concurrent;
using NUnit.Framework;

namespace CartEngine.Tests;

/// <summary>An engine can be disposed of at any time, by any thread, any number of times.</summary>
[TestFixture]
public class LifetimeTests
{
    [Test]
    public void A_disposed_engine_is_told()
    {
        var engine = Shop.Open();
        engine.Dispose();
        engine.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(() => engine.List(Shop.Buyer), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(
                () => engine.Create(Shop.Buyer, Shop.CartOf(1)),
                Throws.TypeOf<ObjectDisposedException>());
            Assert.That(
                () => engine.AddLines(Shop.Buyer, "x", Shop.Seats(1)),
                Throws.TypeOf<ObjectDisposedException>());
            Assert.That(
                () => engine.ChangeLine(Shop.Buyer, "x", 0, Shop.Seats(1)),
                Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => engine.Stats(), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => engine.SetClock(null), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => engine.Check(), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => engine.Backup("x"), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(engine.Options.Database, Is.EqualTo(":memory:"), "what it was stays known");
        });
    }

    [Test]
    public void Threads_that_call_while_another_disposes_are_told_and_nothing_breaks(
        [Range(1, 10)] int round)
    {
        using var folder = new ScratchFolder();
        const int CallsBefore = 4;
        var path = folder.File($"carts-{round}.db");
        var engine = Shop.Open(
            options => options with { Database = path, Durability = Durability.Normal });
        var cart = engine.Create(Shop.Buyer, Shop.CartOf(1));
        var unexpected = new ConcurrentQueue<Exception>();
        using var started = new CountdownEvent(16);
        var threads = Enumerable.Range(0, 16)
            .Select(number => new Thread(() => CallUntilDisposed(number)))
            .ToList();
        threads.ForEach(thread => thread.Start());
        started.Wait();
        Parallel.Invoke(engine.Dispose, engine.Dispose);
        // Calls that overlap cannot keep an engine from closing: all of them come to an end.
        threads.ForEach(thread => thread.Join());
        Assert.That(unexpected, Is.Empty);

        void CallUntilDisposed(int number)
        {
            var call = 0;
            try
            {
                for (; ; call++)
                {
                    if (call == CallsBefore)
                    {
                        started.Signal();
                    }
                    Call(number, call);
                }
            }
            catch (ObjectDisposedException) when (call >= CallsBefore)
            {
            }
            catch (Exception exception)
            {
                unexpected.Enqueue(exception);
                if (call < CallsBefore)
                {
                    started.Signal();
                }
            }
        }

        void Call(int number, int call)
        {
            switch (number % 4)
            {
                case 0:
                    engine.Get(Shop.Buyer, cart.Id!);
                    break;
                case 1:
                    engine.ChangeLineJson(
                        Shop.Buyer, cart.Id!, 0, $$"""{"quantity":{{1 + (call % 9)}}}""");
                    break;
                case 2:
                    engine.Check(new Watcher(_ => { }));
                    break;
                default:
                    Assert.That(
                        Assert.Catch(() => engine.GetOrder(Shop.Buyer, "none")),
                        Is.TypeOf<CartEngineException>().Or.TypeOf<ObjectDisposedException>());
                    _ = engine.Stats();
                    break;
            }
        }
    }

    [Test]
    public void Many_threads_share_an_engine()
    {
        using var engine = Shop.Open();
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16 }, number =>
        {
            var request = new Request { CustomerId = $"customer-{number % 5}", User = "u" };
            var cart = engine.Create(request, Shop.CartOf(1 + (number % 7)));
            Assert.That(
                engine.Get(request, cart.Id!).LineItems[0].Quantity, Is.EqualTo(1 + (number % 7)));
        });
        var carts = Enumerable.Range(0, 5).Sum(
            number => engine.List(new Request { CustomerId = $"customer-{number}" }).TotalCount);
        Assert.That(carts, Is.EqualTo(200));
    }

    [Test]
    public void A_forgotten_engine_closes_its_database()
    {
        using var folder = new ScratchFolder();
        Forget(folder.File("carts.db"));
        // A log beside the database stays while a connection is open; closing the last removes it.
        // What is forgotten need not be found the first time.
        for (var round = 0; round < 100 && File.Exists(folder.File("carts.db-wal")); round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.That(File.Exists(folder.File("carts.db-wal")), Is.False);

        [System.Runtime.CompilerServices.MethodImpl(
            System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Forget(string path)
        {
            var engine = Engine.Open(new EngineOptions { Database = path });
            engine.Create(Shop.Buyer, Shop.CartOf(1));
            Assert.That(File.Exists($"{path}-wal"), "an open engine has a log");
        }
    }

    [Test]
    public void Results_do_not_pile_up_in_native_memory()
    {
        const int rounds = 300;
        using var engine = Shop.Open();
        var cart = engine.Create(
            Shop.Buyer, new Cart { LineItems = Enumerable.Repeat(Shop.Seats(1), 100).ToList() });
        var bytes = (long)engine.GetJson(Shop.Buyer, cart.Id!).Length;
        Read();
        var before = NativeMemory.BytesInUse();
        Read();
        // Were the documents left behind, all of them would be there.
        Assert.That(NativeMemory.BytesInUse() - before, Is.LessThan(rounds * bytes / 2));

        void Read()
        {
            for (var round = 0; round < rounds; round++)
            {
                engine.Get(Shop.Buyer, cart.Id!);
                Assert.That(
                    () => engine.Get(Shop.Buyer, "none"), Throws.TypeOf<CartEngineException>());
            }
        }
    }
}
