-- Orders by the words in them. The document holds ids, SKUs and descriptions, a line each; words is what full text search
-- makes of it, kept because making it again for every candidate would cost more than all the rest of a query. Status is
-- deliberately not indexed here: it changes often, and an update that touches no indexed column leaves the two large
-- indexes alone.
create table if not exists order_search (
    tenant      text        collate "C" not null,
    order_id    text        collate "C" not null,
    customer_id text        collate "C" not null,
    status      text        collate "C" not null,
    currency    text        collate "C" not null,
    total       bigint      not null,
    country     text        collate "C",
    line_count  integer     not null,
    created_at  timestamptz not null,
    placed_at   timestamptz,
    listed_at   timestamptz not null,
    draft_lines json,
    document    text,
    words       tsvector,
    version     bigint      not null,
    position    bigint      not null,
    constraint order_search_key primary key (order_id, tenant)
) with (fillfactor = 80);

create index if not exists order_search_by_time on order_search (tenant, listed_at desc, order_id desc);

create index if not exists order_search_by_word on order_search using gin (words);

-- Parts of words are found through trigrams where the server has them; elsewhere the same query reads the table.
do $$
begin
    if exists (select from pg_available_extensions where name = 'pg_trgm') then
        begin
            create extension if not exists pg_trgm;
        exception when insufficient_privilege then
            raise notice 'pg_trgm may not be installed by this role: parts of words are searched without an index';
        end;
    end if;
    if exists (select from pg_extension where extname = 'pg_trgm') then
        create index if not exists order_search_by_part on order_search using gin (document gin_trgm_ops);
    end if;
end
$$;

-- A reader sees the rows of the tenant that its transaction names, and none without; to its owner the table is open.
alter table order_search enable row level security;

drop policy if exists own_tenant on order_search;

create policy own_tenant on order_search for select using (tenant = current_setting('orders.tenant', true));
