namespace OrleansOrders.Hosting.Roles;

/// <summary>The SQL behind <see cref="RoleFence"/>.</summary>
internal static class RoleStatements
{
    // From version 16 on a member may be one without the right to take the role on.
    private const string IsMember = """
        (pg_has_role(v_role, 'usage') and case when current_setting('server_version_num')::integer >= 160000 then pg_has_role(v_role, 'set') else true end)
        """;

    /// <summary>
    /// What differs between the rights that are and those that should be, as the statements that mend it: owners first, the
    /// log before all, because whoever holds it keeps every writer waiting. Only what is spoken of is touched.
    /// </summary>
    public const string FindMissing = """
        with wanted (object, role, privilege, "column") as (
            select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])),
        here as (
            select oid, nspname, nspacl, pg_has_role(nspowner, 'usage') as is_ours from pg_namespace where nspname = current_schema()),
        relations as (
            select c.oid, c.relname::text as name, c.relkind, c.relowner, c.relacl, coalesce(owned.role, 'orders_migrator') as owner,
                exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')) as belongs
            from pg_class c
            join here on here.oid = c.relnamespace
            left join wanted owned on owned.privilege = 'owner' and (c.relname = owned.object or c.relname::text ^@ (owned.object || '__'))
            where c.relkind in ('r', 'p', 'v', 'S') and (owned.role is not null or c.relname in (select object from wanted))),
        routines as (
            select p.oid, coalesce(owned.role, 'orders_migrator') as owner
            from pg_proc p
            join here on here.oid = p.pronamespace
            left join wanted owned on owned.privilege = 'owner' and p.proname = owned.object
            where p.proowner in ((select oid from pg_roles where rolname = current_user), (select relowner from relations where name = 'events'))
                and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
                and p.proowner::regrole::text <> coalesce(owned.role, 'orders_migrator')),
        should as (
            select r.oid, r.relkind, w.role, w.privilege, w."column" from wanted w join relations r on r.name = w.object where w.privilege <> 'owner'
            union
            select oid, relkind, 'orders_backup', 'select', '' from relations where name in (select object from wanted)),
        has as (
            select r.oid, r.relkind, a.grantee::regrole::text as role, lower(a.privilege_type) as privilege, '' as "column"
            from relations r cross join aclexplode(r.relacl) a where a.grantee <> r.relowner and a.grantee <> 0
            union all
            select r.oid, r.relkind, a.grantee::regrole::text, lower(a.privilege_type), c.attname::text
            from relations r join pg_attribute c on c.attrelid = r.oid and not c.attisdropped cross join aclexplode(c.attacl) a
            where a.grantee <> r.relowner and a.grantee <> 0)
        select statement from (
            select 1 as step, format('grant usage on schema %I to %I', here.nspname, role) as statement
            from here cross join unnest($5::text[]) role where not has_schema_privilege(role, here.oid, 'usage')
            union all
            select 1, format('grant create on schema %I to %I', here.nspname, role)
            from here cross join unnest(array['orders_migrator', 'orders_projector']) role
            where not has_schema_privilege(role, here.oid, 'create') or (here.is_ours and not exists (
                select from aclexplode(here.nspacl) a where a.grantee = role::regrole and a.privilege_type = 'CREATE'))
            union all
            select 1, format('revoke create on schema %I from public', here.nspname)
            from here where here.is_ours and exists (select from aclexplode(here.nspacl) a where a.grantee = 0 and a.privilege_type = 'CREATE')
            union all
            select case name when 'log' then 2 else 3 end, format('alter table %s owner to %I', oid::regclass, owner)
            from relations where relowner::regrole::text <> owner and not belongs
            union all
            select 4, format('alter routine %s owner to %I', oid::regprocedure, owner) from routines
            union all
            select 5, format('revoke %s%s on %s%s from %I', privilege, case when "column" <> '' then format(' (%I)', "column") end,
                case relkind when 'S' then 'sequence ' end, oid::regclass, role)
            from (select * from has where role = any ($5) except select * from should) excess
            union all
            select 6, format('grant %s%s on %s%s to %I', privilege, case when "column" <> '' then format(' (%I)', "column") end,
                case relkind when 'S' then 'sequence ' end, oid::regclass, role)
            from (select * from should except select * from has) missing) mending
        order by step, statement
        """;

    /// <summary>How many roles are there with their rights, whether the user may take them all on, whether all may log in.</summary>
    public const string Look = $"""
        select count(*) filter (where case rolname
                when 'orders_migrator' then (select relowner from pg_class where oid = to_regclass('events')) = oid
                when 'orders_writer' then has_table_privilege(oid, to_regclass('events'), 'insert')
                when 'orders_projector' then (select relowner from pg_class where oid = to_regclass('order_details')) = oid
                when 'orders_publisher' then has_table_privilege(oid, to_regclass('kafka_publisher'), 'update')
                when 'orders_reader' then has_table_privilege(oid, to_regclass('order_details'), 'select')
                else has_table_privilege(oid, to_regclass('events'), 'select') end),
            coalesce(bool_and({IsMember}), false), coalesce(bool_and(rolcanlogin), false)
        from pg_roles cross join lateral (select rolname as v_role) named where rolname = any ($1)
        """;

    /// <summary>
    /// Makes the roles, and the user a member of each. Roles belong to the whole server, where other databases are migrated
    /// at this very moment: whoever comes second finds what the first has made.
    /// </summary>
    public static string Create(bool canLogIn) => $"""
        do $do$
        declare
            v_role text;
        begin
            foreach v_role in array array[{string.Join(", ", RoleNames.All.Select(role => $"'{role}'"))}] loop
                begin
                    if to_regrole(v_role) is null then
                        execute format('create role %I {(canLogIn ? "login" : "nologin")}%s', v_role,
                            -- A copy of everything is of all tenants; only a superuser may say so.
                            case when v_role = '{RoleNames.Backup}' and (select rolsuper from pg_roles where rolname = current_user) then ' bypassrls' end);
                    elsif {(canLogIn ? "not (select rolcanlogin from pg_roles where rolname = v_role)" : "false")} then
                        execute format('alter role %I login', v_role);
                    end if;
                exception when duplicate_object or unique_violation then
                    null;
                end;
                begin
                    if not {IsMember} then
                        execute format('grant %I to current_user', v_role);
                    end if;
                exception when duplicate_object or unique_violation then
                    null;
                end;
            end loop;
        end
        $do$
        """;
}
