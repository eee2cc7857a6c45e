using System.Text;
using System.Text.Json;
using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;

namespace OrleansOrders.Tests.Golden;

public sealed class GoldenEventTests
{
    public static TheoryData<string> Goldens => [.. GoldenFiles.Names];

    public static TheoryData<string> CurrentGoldens => [.. GoldenFiles.Names.Where(golden =>
        EventCatalog.Kinds.Any(kind => kind.StoredName == GoldenEvents.StoredNameOf(golden)))];

    [Theory, MemberData(nameof(Goldens))]
    public void A_golden_event_still_means_what_it_meant(string golden)
    {
        var decoded = EventCatalog.Decode(GoldenEvents.StoredNameOf(golden), GoldenFiles.Read(golden));
        Assert.Equal(Samples.Describe(GoldenEvents.Expected[golden]), Samples.Describe(decoded));
    }

    [Theory, MemberData(nameof(CurrentGoldens))]
    public void A_golden_event_of_the_current_version_is_written_byte_by_byte_the_same(string golden)
    {
        var bytes = GoldenFiles.Read(golden);
        var decoded = EventCatalog.Decode(GoldenEvents.StoredNameOf(golden), bytes);
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(EventCatalog.Encode(decoded)));
    }

    [Fact]
    public void Every_version_that_was_ever_released_has_a_golden_file()
    {
        var released = EventCatalog.Kinds.Select(kind => kind.StoredName).Concat(Upcasters.All.Select(upcaster => upcaster.From));
        Assert.Empty(released.Except(GoldenFiles.Names.Select(GoldenEvents.StoredNameOf)));
    }

    [Fact]
    public void Every_golden_file_is_explained_and_every_explanation_has_its_file() =>
        Assert.Equal(GoldenEvents.Expected.Keys.Order(StringComparer.Ordinal), GoldenFiles.Names);

    [Fact]
    public void Every_kind_of_event_is_in_the_catalog_once()
    {
        var events = typeof(DomainEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DomainEvent)));
        Assert.Equal(events.Select(type => type.Name).Order(), EventCatalog.Kinds.Select(kind => kind.ClrType.Name).Order());
        Assert.Equal(EventCatalog.Kinds.Count, EventCatalog.Kinds.Select(kind => kind.StoredName).Distinct().Count());
        Assert.All(EventCatalog.Kinds, kind => Assert.Matches($"^{kind.StreamType}-[a-z-]+\\.v[1-9]$", kind.StoredName));
    }

    [Fact]
    public void Every_upcaster_leads_to_the_catalog_one_version_at_a_time()
    {
        var known = EventCatalog.Kinds.Select(kind => kind.StoredName).Concat(Upcasters.All.Select(upcaster => upcaster.From)).ToArray();
        Assert.Equal(known.Length, known.Distinct().Count());
        Assert.All(Upcasters.All, upcaster =>
        {
            Assert.Contains(upcaster.To, known);
            var (from, to) = (upcaster.From.Split(".v"), upcaster.To.Split(".v"));
            Assert.Equal((from[0], int.Parse(from[1]) + 1), (to[0], int.Parse(to[1])));
        });
    }

    [Theory]
    [InlineData("order-teleported.v1")]
    [InlineData("order-placed.v2")]
    [InlineData("order-placed")]
    [InlineData("ORDER-PLACED.V1")]
    [InlineData("")]
    public void An_unknown_name_is_an_error_that_tells_the_name(string storedName)
    {
        var error = Assert.Throws<UnknownEventException>(() => EventCatalog.Decode(storedName, "{}"u8));
        Assert.Equal(storedName, error.StoredName);
    }

    [Theory]
    [InlineData("order-item-added.v1", "null")]
    [InlineData("order-item-added.v1", "[]")]
    [InlineData("order-item-added.v1", "{}")]
    [InlineData("order-item-added.v1", "")]
    [InlineData("order-item-added.v1", """{"sku":null,"quantity":1,"unitPrice":1,"at":"2026-03-01T12:00:00+00:00"}""")]
    [InlineData("order-item-added.v1", """{"sku":"LAMP","quantity":"1","unitPrice":1,"at":"2026-03-01T12:00:00+00:00"}""")]
    [InlineData("order-item-added.v1", """{"sku":"LAMP","unitPrice":1,"at":"2026-03-01T12:00:00+00:00"}""")]
    [InlineData("order-item-added.v1", """{"sku":"LAMP","quantity":1,"unitPrice":1,"at":"2026-03-0""")]
    [InlineData("order-shipped.v1", """{"carrier":"dhl","trackingNumber":"T1","at":"2026-03-01T12:00:00+00:00"}""")]
    [InlineData("order-shipped.v1", """{"carrier":"dhl","trackingNumber":"T1","lines":[{"sku":"LAMP"}],"at":"2026-03-01T12:00:00+00:00"}""")]
    [InlineData("fulfilment-step-completed.v1", """{"step":"paint","at":"2026-03-01T12:00:00+00:00"}""")]
    [InlineData("shipment-dispatched.v1", "null")]
    [InlineData("shipment-dispatched.v1", "[]")]
    [InlineData("shipment-dispatched.v1", "{}")]
    [InlineData("shipment-dispatched.v1", """{"tracking":"dhl/T1"}""")]
    [InlineData("shipment-dispatched.v1", """{"tracking":7,"at":"2026-03-01T12:00:00+00:00"}""")]
    public void Damaged_data_is_an_error_and_never_an_event_with_holes(string storedName, string json) =>
        Assert.ThrowsAny<JsonException>(() => EventCatalog.Decode(storedName, Encoding.UTF8.GetBytes(json)));
}
