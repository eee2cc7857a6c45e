-- Receipts: which commands were decided, and how. Written in the transaction of the command's events, or alone when
-- it was refused; a repeated command is answered from here. No event speaks of a refusal, so each row is guarded by a
-- checksum of its own (receipt_digest), and their number by the log's row. The id comes first in the key because it alone
-- tells commands apart almost always.
create table if not exists commands (
    tenant text collate "C" not null,
    command_id uuid not null,
    stream_id text collate "C" not null,
    version bigint not null,
    position bigint not null,
    fingerprint bytea not null,
    refusal_code text,
    refusal_detail text,
    recorded_at timestamptz not null,
    checksum bytea not null,
    constraint commands_id primary key (command_id, tenant)
);

-- Receipts from before have the tenant first in their key, and get the new key once: with many receipts, each look at a random
-- id costs a third less.
do $$
begin
    if exists (
        select from pg_constraint c
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
        where c.conrelid = 'commands'::regclass and c.contype = 'p' and a.attname = 'tenant')
    then
        alter table commands drop constraint commands_id, add constraint commands_id primary key (command_id, tenant);
    end if;
end
$$;
