using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;
using static OrleansOrders.Tests.Domain.Support.FulfilmentSamples;

namespace OrleansOrders.Tests.Domain;

public sealed class NextActionTests
{
    private static readonly DateTimeOffset Noon = Samples.Noon;

    public static TheoryData<string, double, string> Cases => new()
    {
        { "none", 0, "Rest" },
        { "reserving", 0, "Perform ReserveStock" },
        { "reserving", 59.999, "Perform ReserveStock" },
        { "reserving", 60, "Perform ReserveStock" },
        { "capturing", 1, "Perform CapturePayment" },
        { "waiting", 0, "WaitUntil 1" },
        { "waiting", 1, "Wake" },
        { "waiting", 61, "Wake" },
        { "undoing", 0, "Undo ReturnMoney" },
        { "undoing", 3600, "Undo ReturnMoney" },
        { "undo-waiting", 0.5, "WaitUntil 1" },
        { "undo-waiting", 1, "Undo ReturnMoney" },
        { "undoing-last", 0, "Undo CancelOrder" },
        { "parked", 3600, "Rest" },
        { "completed", 3600, "Rest" },
        { "compensated", 3600, "Rest" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void A_state_and_a_moment_tell_what_to_do(string state, double seconds, string expected)
    {
        var action = NextAction.After(Given(state), Noon.AddSeconds(seconds)) switch
        {
            NextAction.Perform perform => $"Perform {perform.Step}",
            NextAction.Undo undo => $"Undo {undo.Step}",
            NextAction.WaitUntil wait => $"WaitUntil {(wait.At - Noon).TotalSeconds}",
            var other => other.GetType().Name,
        };
        Assert.Equal(expected, action);
    }

    [Theory]
    [InlineData("none", null)]
    [InlineData("reserving", 60.0)]
    [InlineData("waiting", 1.0)]
    [InlineData("undo-waiting", 1.0)]
    [InlineData("parked", null)]
    [InlineData("completed", null)]
    [InlineData("compensated", null)]
    public void A_state_tells_when_it_goes_on_by_itself(string state, double? seconds) => Assert.Equal(
        seconds is { } after ? Noon.AddSeconds(after) : null, NextAction.WakeAt(Given(state)));

    [Fact]
    public void Undoing_is_due_at_once() => Assert.Equal(DateTimeOffset.MinValue, NextAction.WakeAt(Given("undoing")));

    private static FulfilmentState Given(string state) => Histories[state].Aggregate(Fulfilment.Initial, Fulfilment.Evolve);
}
