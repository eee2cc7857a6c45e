namespace OrleansOrders.Api;

/// <summary>
/// Makes a call again beside the first whenever a silo is lost, because nobody will say which calls were lost with it. For
/// calls that may be made more than once.
/// </summary>
internal static class BesideEachOther
{
    private const int Attempts = 3;

    /// <param name="nextLoss">Completes when the next silo is lost.</param>
    /// <returns>The first answer. A failure only when every attempt has failed.</returns>
    public static async Task<T> Make<T>(Func<Task<T>> call, Func<Task> nextLoss)
    {
        var loss = nextLoss();
        var attempts = new List<Task<T>> { call() };
        for (var made = 1; ;)
        {
            var isLost = made < Attempts && await Task.WhenAny(Task.WhenAny(attempts), loss) == loss;
            if (isLost)
            {
                loss = nextLoss();
                attempts.Add(call());
                made++;
                continue;
            }
            var first = await Task.WhenAny(attempts);
            attempts.Remove(first);
            // One that failed says nothing about the other, which went another way.
            if (first.IsCompletedSuccessfully || attempts.Count == 0)
                return await first;
        }
    }
}
