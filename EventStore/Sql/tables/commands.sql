-- Receipts: which commands were decided, and how. Written in the transaction of the command's events, or alone when
-- it was refused; a repeated command is answered from here. No event speaks of a refusal, so each row is guarded by a
-- checksum of its own (receipt_checksum), and their number by the log's row.
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
    constraint commands_id primary key (tenant, command_id)
);
