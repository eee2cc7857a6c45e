using System.Text.Json.Serialization;

namespace OrleansOrders.Domain;

/// <summary>What is known of a person. All of it is personal data.</summary>
public sealed record CustomerDetails(string Name, string? Email, string? Phone, string? Address, string? Country);

// Commands

public abstract record CustomerCommand(DateTimeOffset At) : Command(At);

/// <summary>Registers the customer, or changes the details of a registered one.</summary>
public sealed record PutCustomer(string CustomerId, CustomerDetails Details, DateTimeOffset At) : CustomerCommand(At);

/// <summary>Ends the customer for good: no later command brings details back.</summary>
/// <param name="GuestId">
/// The customer's id where something is known of somebody who never registered: a guest's orders have addresses too.
/// </param>
public sealed record EraseCustomer(DateTimeOffset At, string? GuestId = null) : CustomerCommand(At);

// Events

public sealed record CustomerRegistered(string CustomerId, CustomerDetails Details, DateTimeOffset At) : DomainEvent(At);

public sealed record CustomerDetailsChanged(CustomerDetails Details, DateTimeOffset At) : DomainEvent(At);

public sealed record CustomerErased(DateTimeOffset At) : DomainEvent(At)
{
    /// <summary>Given when the customer never registered, so that no earlier event says it.</summary>
    public string? CustomerId { get; init; }
}

// State

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(CustomerState.NotRegistered), "not-registered")]
[JsonDerivedType(typeof(CustomerState.Registered), "registered")]
[JsonDerivedType(typeof(CustomerState.Erased), "erased")]
public abstract record CustomerState
{
    public sealed record NotRegistered : CustomerState;

    public sealed record Registered(string CustomerId, CustomerDetails Details) : CustomerState;

    public sealed record Erased(string CustomerId) : CustomerState;
}

/// <summary>A customer, until erasure.</summary>
public sealed class Customer : IAggregate<CustomerState, CustomerCommand>
{
    private Customer() { }

    public static string StreamType => "customer";

    public static CustomerState Initial { get; } = new CustomerState.NotRegistered();

    public static Decision Decide(CustomerState state, CustomerCommand command) => (state, command) switch
    {
        (CustomerState.NotRegistered, PutCustomer put) => Decision.Accept(new CustomerRegistered(put.CustomerId, put.Details, put.At)),
        (CustomerState.NotRegistered, EraseCustomer { GuestId: { } guest } erase) => Decision.Accept(new CustomerErased(erase.At) { CustomerId = guest }),
        (CustomerState.NotRegistered, _) => Decision.Reject(Refusals.CustomerNotFound, "There is no such customer."),
        (CustomerState.Registered registered, PutCustomer put) => registered.Details == put.Details
            ? Decision.AlreadyDone
            : Decision.Accept(new CustomerDetailsChanged(put.Details, put.At)),
        (CustomerState.Registered, EraseCustomer erase) => Decision.Accept(new CustomerErased(erase.At)),
        (CustomerState.Erased, EraseCustomer) => Decision.AlreadyDone,
        (CustomerState.Erased, _) => Decision.Reject(Refusals.CustomerErased, "The customer was erased."),
        _ => Decision.Reject(Refusals.CommandUnknown, $"A customer does not know {command.GetType().Name}."),
    };

    public static CustomerState Evolve(CustomerState state, DomainEvent @event) => (state, @event) switch
    {
        (CustomerState.NotRegistered, CustomerRegistered e) => new CustomerState.Registered(e.CustomerId, e.Details),
        (CustomerState.Registered registered, CustomerDetailsChanged e) => registered with { Details = e.Details },
        (CustomerState.NotRegistered, CustomerErased { CustomerId: { } guest }) => new CustomerState.Erased(guest),
        (CustomerState.Registered registered, CustomerErased) => new CustomerState.Erased(registered.CustomerId),
        _ => throw new ImpossibleEventException(state, @event),
    };
}
