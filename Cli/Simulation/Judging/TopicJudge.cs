using OrleansOrders.Cli.Verify;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>
/// Invariant 7: every committed event reaches the topics, first appearances of a stream in version order, and nothing is
/// there that is not in the log. The publisher's checkpoint is never ahead of what has arrived.
/// </summary>
internal sealed class TopicJudge(World world, JudgedLog log)
{
    private readonly Findings findings = new(7, "everything is published, in order, and nothing else");

    public InvariantReport Judge()
    {
        var last = new Dictionary<StreamName, long>();
        foreach (var message in world.Topic.Messages)
        {
            var recorded = message.Event;
            var before = last.GetValueOrDefault(recorded.Stream);
            if (recorded.Position < 1 || recorded.Position > log.Events.Count || log.Events[(int)recorded.Position - 1] != recorded)
                findings.Add($"{recorded.Stream} version {recorded.Version} is in the topics and not like that in the log");
            else if (recorded.Version > before + 1)
                findings.Add($"{recorded.Stream} version {recorded.Version} was published before version {before + 1}");
            last[recorded.Stream] = Math.Max(before, recorded.Version);
        }
        foreach (var recorded in log.Events.Where(recorded => !world.Topic.Holds(recorded)))
            findings.Add($"{recorded.Stream} version {recorded.Version} was never published");
        foreach (var (position, missing) in world.AheadOfTopics)
            findings.Add($"the publisher wrote down position {position} before {missing} had arrived");
        var epoch = 0L;
        foreach (var (inForce, writer, position) in world.PublisherBook.Written)
        {
            if (writer != inForce || writer < epoch)
                findings.Add($"position {position} was written down by epoch {writer} while {inForce} was in force");
            epoch = Math.Max(epoch, inForce);
        }
        return findings.ToReport($"{world.Topic.Messages.Count} messages");
    }
}
