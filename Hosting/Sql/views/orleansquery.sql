-- The statements that Orleans 10's ADO.NET providers look up by name when they start. The names, the parameters and the
-- columns of the results are the providers' contract; everything behind them is ours. A view, because the statements
-- belong to the program and nobody should change them in the database. A cluster is called a deployment there.
create or replace view orleansquery (querykey, querytext) as
values
    -- Membership. A cluster's version and its members are read in one statement: from one and the same moment. The
    -- version comes back even where there is no member.
    ('InsertMembershipVersionKey', 'select orleans_add_cluster(@DeploymentId)'),
    ('InsertMembershipKey', 'select orleans_add_silo(
        @DeploymentId, @Version, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime)'),
    ('UpdateMembershipKey', 'select orleans_change_silo(
        @DeploymentId, @Version, @Address, @Port, @Generation, @Status, @SuspectTimes, @IAmAliveTime)'),
    ('MembershipReadAllKey', '
        select c.version, s.address, s.port, s.generation, s.silo_name as SiloName, s.host_name as HostName, s.status,
            s.proxy_port as ProxyPort, s.suspect_times as SuspectTimes, s.started_at as StartTime, s.alive_at as IAmAliveTime
        from orleans_clusters c
        left join orleans_silos s on s.cluster_id = c.cluster_id
        where c.cluster_id = @DeploymentId'),
    ('MembershipReadRowKey', '
        select c.version, s.address, s.port, s.generation, s.silo_name as SiloName, s.host_name as HostName, s.status,
            s.proxy_port as ProxyPort, s.suspect_times as SuspectTimes, s.started_at as StartTime, s.alive_at as IAmAliveTime
        from orleans_clusters c
        left join orleans_silos s on s.cluster_id = c.cluster_id
            and s.address = @Address and s.port = @Port and s.generation = @Generation
        where c.cluster_id = @DeploymentId'),
    ('UpdateIAmAlivetimeKey', '
        update orleans_silos set alive_at = @IAmAliveTime
        where cluster_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation'),
    ('CleanupDefunctSiloEntriesKey', 'select orleans_remove_defunct_silos(@DeploymentId, @IAmAliveTime)'),
    ('DeleteMembershipTableEntriesKey', 'delete from orleans_clusters where cluster_id = @DeploymentId'),
    ('GatewaysQueryKey', '
        select address, proxy_port as ProxyPort, generation from orleans_silos
        where cluster_id = @DeploymentId and status = @Status and proxy_port > 0'),

    -- Reminders. Orleans asks with the second range statement when the range leads past the ring''s highest hash.
    ('UpsertReminderRowKey', '
        insert into orleans_reminders (service_id, grain_id, reminder_name, grain_hash, start_at, period_ms, version)
        values (@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period, nextval(''orleans_etags''))
        on conflict (grain_id, reminder_name, service_id) do update
        set grain_hash = excluded.grain_hash, start_at = excluded.start_at, period_ms = excluded.period_ms, version = excluded.version
        returning version'),
    ('ReadReminderRowKey', '
        select grain_id as GrainId, reminder_name as ReminderName, start_at as StartTime, period_ms as Period, version
        from orleans_reminders
        where service_id = @ServiceId and grain_id = @GrainId and reminder_name = @ReminderName'),
    ('ReadReminderRowsKey', '
        select grain_id as GrainId, reminder_name as ReminderName, start_at as StartTime, period_ms as Period, version
        from orleans_reminders
        where service_id = @ServiceId and grain_id = @GrainId'),
    ('ReadRangeRows1Key', '
        select grain_id as GrainId, reminder_name as ReminderName, start_at as StartTime, period_ms as Period, version
        from orleans_reminders
        where service_id = @ServiceId and grain_hash > @BeginHash and grain_hash <= @EndHash'),
    ('ReadRangeRows2Key', '
        select grain_id as GrainId, reminder_name as ReminderName, start_at as StartTime, period_ms as Period, version
        from orleans_reminders
        where service_id = @ServiceId and (grain_hash > @BeginHash or grain_hash <= @EndHash)'),
    ('DeleteReminderRowKey', '
        with removed as (
            delete from orleans_reminders
            where service_id = @ServiceId and grain_id = @GrainId and reminder_name = @ReminderName and version = @Version
            returning 1)
        select count(*) > 0 from removed'),
    ('DeleteReminderRowsKey', 'delete from orleans_reminders where service_id = @ServiceId'),

    -- Grain storage. The hashes that Orleans hands over as well are not needed: the whole key is indexed. Whoever clears
    -- or deletes must know the version, too; no row comes back where it does not fit, which Orleans takes for a conflict.
    ('WriteToStorageKey', 'select orleans_write_grain_state(
        @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, @GrainIdExtensionString, @GrainStateVersion, @PayloadBinary) as NewGrainStateVersion'),
    ('ReadFromStorageKey', '
        select payload as PayloadBinary, version from orleans_grain_states
        where service_id = @ServiceId and state_name = @GrainTypeString and key_high = @GrainIdN0 and key_low = @GrainIdN1
            and key_text = coalesce(@GrainIdExtensionString, '''')'),
    ('ClearStorageKey', '
        update orleans_grain_states set payload = null, version = nextval(''orleans_etags''), changed_at = now()
        where service_id = @ServiceId and state_name = @GrainTypeString and key_high = @GrainIdN0 and key_low = @GrainIdN1
            and key_text = coalesce(@GrainIdExtensionString, '''') and version = @GrainStateVersion
        returning version as NewGrainStateVersion'),
    ('DeleteStorageKey', '
        delete from orleans_grain_states
        where service_id = @ServiceId and state_name = @GrainTypeString and key_high = @GrainIdN0 and key_low = @GrainIdN1
            and key_text = coalesce(@GrainIdExtensionString, '''') and version = @GrainStateVersion
        returning nextval(''orleans_etags'')::integer as NewGrainStateVersion');
