using Orleans.Configuration;
using OrleansOrders.Hosting;

namespace OrleansOrders.Silo;

/// <summary>
/// How silos watch each other, and how they part. A silo that was killed is given up after at most 4 s, so that its grains
/// answer elsewhere within 5 s; a silo that is alive may stand still for 3 s, which a busy machine of two cores does not
/// reach. Nothing depends on getting this right: a silo given up by mistake loses its place, never an event.
/// </summary>
internal static class ClusterTuning
{
    /// <summary>Silos that have not signed the table for so long count as gone.</summary>
    public static readonly TimeSpan GoneAfter = TableSign * TableSignsMissed;

    private const int TableSignsMissed = 3;

    private static TimeSpan TableSign => TimeSpan.FromSeconds(5);

    public static ISiloBuilder Tune(this ISiloBuilder silo) => silo
        .Configure<ClusterMembershipOptions>(Watch)
        .Configure<SiloMessagingOptions>(messaging =>
        {
            // Clients are told to use another gateway, and get so long to hear it, before the grains go.
            messaging.ClientGatewayShutdownNotificationTimeout = TimeSpan.FromSeconds(1);
            messaging.WaitForMessageToBeQueuedForOutboundTime = TimeSpan.FromMilliseconds(300);
        })
        .Configure<GrainCollectionOptions>(collection =>
        {
            // Loading a grain again costs one query, and orders rest for days after their first minute.
            collection.CollectionAge = TimeSpan.FromMinutes(10);
            collection.CollectionQuantum = TimeSpan.FromMinutes(1);
            collection.DeactivationTimeout = TimeSpan.FromSeconds(20);
        });

    private static void Watch(ClusterMembershipOptions membership)
    {
        // Three probes, one a second. To a killed process they fail at once, to one that stands still after a second each;
        // a silo that is itself starved of time gives the others longer (the degradation score, left on).
        membership.ProbeTimeout = TimeSpan.FromSeconds(1);
        membership.NumMissedProbesLimit = 3;
        // Of two silos one vote is enough whatever this says; from three on two must agree, one of them by an indirect probe.
        membership.NumVotesForDeathDeclaration = 2;
        membership.EnableIndirectProbes = true;
        membership.ExtendProbeTimeoutDuringDegradation = true;
        // Votes of different bad moments are not to add up.
        membership.DeathVoteExpirationTimeout = TimeSpan.FromSeconds(30);
        // A silo that was stopped and goes on must soon read that it was given up; the reads are small.
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        // Where all silos died together nobody is left to vote: what has not signed for three times 5 s keeps nobody from joining.
        membership.IAmAliveTablePublishTimeout = TableSign;
        membership.NumMissedTableIAmAliveLimit = TableSignsMissed;
        membership.MaxJoinAttemptTime = TimeSpan.FromSeconds(60);
        membership.DefunctSiloExpiration = TimeSpan.FromDays(1);
    }
}
