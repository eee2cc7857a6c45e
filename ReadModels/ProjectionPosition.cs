namespace OrleansOrders.ReadModels;

/// <summary>
/// How far one projection is, as far as this process knows, and a signal whenever that changes. Written by the projector
/// when there is one here, else by whoever looks into the table.
/// </summary>
internal sealed class ProjectionPosition(string name)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = NewSignal();
    private long _position;
    private string? _error;
    private bool _movedHere;

    public string Name => name;

    /// <summary>Whether a projector of this process moves it, so that nobody needs to look into the table.</summary>
    public bool MovedHere
    {
        get => Volatile.Read(ref _movedHere);
        set => Volatile.Write(ref _movedHere, value);
    }

    public long Position
    {
        get
        {
            lock (_gate)
                return _position;
        }
    }

    /// <summary>Why it does not go on, or null.</summary>
    public string? Error
    {
        get
        {
            lock (_gate)
                return _error;
        }
    }

    /// <summary>Sets the position, which may be lower than before: a database that crashed may have lost the last batches.</summary>
    public void Set(long position)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            if (_position == position)
                return;
            _position = position;
            (changed, _changed) = (_changed, NewSignal());
        }
        changed.TrySetResult();
    }

    /// <param name="error">Null when it goes on again.</param>
    public void Fail(string? error)
    {
        lock (_gate)
            _error = error;
    }

    /// <returns>Null when the position is reached; else what completes at its next change.</returns>
    public Task? ChangeBefore(long position)
    {
        lock (_gate)
            return _position >= position ? null : _changed.Task;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
