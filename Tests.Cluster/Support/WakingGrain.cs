namespace OrleansOrders.Tests.Cluster.Support;

/// <summary>Keeps a number in Orleans' storage and counts it up whenever its reminder wakes it.</summary>
public interface IWakingGrain : IGrainWithStringKey
{
    Task Begin();

    Task<int> Woken();
}

internal sealed class WakingGrain([PersistentState("count", "states")] IPersistentState<WakingGrain.Count> count)
    : Grain, IWakingGrain, IRemindable
{
    // A reminder that is due at once has missed its first tick by the time it is stored, and waits for a whole period.
    public Task Begin() => this.RegisterOrUpdateReminder("wake", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    public Task<int> Woken() => Task.FromResult(count.State.Value);

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        count.State.Value++;
        await count.WriteStateAsync();
        await this.UnregisterReminder((await this.GetReminder(reminderName))!);
    }

    [GenerateSerializer]
    internal sealed class Count
    {
        [Id(0)]
        public int Value { get; set; }
    }
}
