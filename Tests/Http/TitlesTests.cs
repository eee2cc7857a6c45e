using System.Runtime.CompilerServices;
using OrleansOrders.Domain;
using OrleansOrders.Http;

namespace OrleansOrders.Tests.Http;

public sealed class TitlesTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    public static TheoryData<string> StoredNames => new(EventCatalog.Kinds.Select(kind => kind.StoredName));

    [Theory]
    [MemberData(nameof(StoredNames))]
    public void Every_event_of_the_catalog_has_a_title_of_its_own(string storedName)
    {
        var type = EventCatalog.Kinds.Single(kind => kind.StoredName == storedName).ClrType;
        var blank = (DomainEvent)RuntimeHelpers.GetUninitializedObject(type);
        foreach (var property in type.GetProperties().Where(property => property.Name == "Currency"))
            property.SetValue(blank, "EUR");
        var title = Titles.Of(blank);
        Assert.NotEqual(type.Name, title);
        Assert.DoesNotContain('\n', title);
    }

    [Theory]
    [InlineData(123_45, "GBP", "Order placed: 123.45 GBP")]
    [InlineData(500, "JPY", "Order placed: 500 JPY")]
    [InlineData(1_234, "KWD", "Order placed: 1.234 KWD")]
    public void Amounts_are_shown_with_their_currencys_decimals(long total, string currency, string title) =>
        Assert.Equal(title, Titles.Of(new OrderPlaced("o", "c", currency, "pm_ok", null, total, [], At)));

    [Fact]
    public void Steps_are_named_in_words() => Assert.Equal(
        "Reserve stock: attempt 2", Titles.Of(new StepStarted(FulfilmentStep.ReserveStock, 2, At, At)));

    [Fact]
    public void Step_names_are_those_of_the_stored_json()
    {
        foreach (var step in Enum.GetValues<FulfilmentStep>())
            Assert.Contains($"\"{FulfilmentReply.NameOf(step)}\"", Json(new StepCompleted(step, At)), StringComparison.Ordinal);
        foreach (var step in Enum.GetValues<CompensationStep>())
            Assert.Contains($"\"{FulfilmentReply.NameOf(step)}\"", Json(new CompensationStepCompleted(step, false, At)), StringComparison.Ordinal);
    }

    private static string Json(DomainEvent @event) => System.Text.Encoding.UTF8.GetString(EventCatalog.Encode(@event));
}
