-- Where the audit's chain ends. Whoever adds a row holds this one, so that rows are numbered and tied one after the other;
-- it also shows when the newest rows were removed.
create table if not exists audit_head (
    only_row boolean primary key default true check (only_row),
    number bigint not null,
    hash bytea not null
) with (fillfactor = 50);

insert into audit_head (only_row, number, hash) values (true, 0, decode(repeat('00', 32), 'hex')) on conflict do nothing;
