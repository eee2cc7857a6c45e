using System.Text;
using Confluent.Kafka;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Personal;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Kafka.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Kafka.Publishing;

/// <summary>What of a customer can be read in the topics: nothing, before erasure and after it.</summary>
public sealed class PersonalRecordsTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private int commands;

    [Fact]
    public async Task No_record_holds_a_personal_text_that_can_be_read()
    {
        await using var outbox = await Outbox.Open();
        using var tail = new TopicTail(outbox.Broker.BootstrapServers);
        var keys = new PersonalKeyTable(outbox.Database.DataSource);
        Assert.Null(await PersonalKeyTable.ClaimMaster(outbox.Database.DataSource, TestKeys.Master.Ids, default));
        var personal = new PersonalTexts(keys, TestKeys.Master, TimeProvider.System);
        await using var engine = new Aggregates(outbox.Store, new EngineOptions { Personal = personal });
        await using var unsealed = new Aggregates(outbox.Store, new EngineOptions());
        outbox.Publish();
        await Live(unsealed, "bob", "Bob Underwood");
        await Live(engine, "zoe", "Zoe Quillfeather");
        await Execute(engine, "zoe", new EraseCustomer(Now));
        await outbox.AssertPublished(tail);

        // Whom an earlier version wrote down is found, so that finding nothing says something.
        Assert.Equal(3, tail.Messages.Count(message => Holds(message, "Bob Underwood")));
        Assert.Equal(0, tail.Messages.Count(message => Holds(message, "Quillfeather")));
        var ofZoe = tail.Messages.Count(message => Holds(message, "[sealed.v1."));
        Assert.Equal(3, ofZoe);
        Assert.Contains(tail.Messages, message => Holds(message, "customer-zoe") && message.Message.Headers.Any(header =>
            Encoding.UTF8.GetString(header.GetValueBytes()).Contains("customer-erased", StringComparison.Ordinal)));
    }

    private static bool Holds(ConsumeResult<byte[], byte[]> message, string text) => message.Message.Headers.Select(header => header.GetValueBytes())
        .Append(message.Message.Key).Append(message.Message.Value)
        .Any(part => part is not null && Encoding.UTF8.GetString(part).Contains(text, StringComparison.OrdinalIgnoreCase));

    private async Task Live(Aggregates engine, string customer, string name)
    {
        await Execute(engine, customer, new PutCustomer(customer, new CustomerDetails(name, null, null, null, null), Now));
        await Execute(engine, $"order-{customer}", new CreateOrder(
            $"order-{customer}", customer, "EUR", "pm_ok", $"{name}, 1 Mill Lane", "DE", [new LineItem("tea", 1, 100, null)], false, Now));
        await Execute(engine, $"order-{customer}", new CancelOrder($"{name} changed her mind", Now));
    }

    private async Task Execute(Aggregates engine, string id, Command command) => Assert.IsType<CommandOutcome.Done>(await engine.Execute(
        id, command, new CommandContext("default", Ids.Derive("records", $"{++commands}"), "test", Ids.Derive("correlation")), default));
}
