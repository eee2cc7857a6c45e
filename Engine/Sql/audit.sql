-- What operators did and what callers were kept from. Rows are only added; each carries a hash over the row before it and
-- its own content, so that altering, removing, inserting or reordering any of them shows. An intent is written before the
-- action begins, its outcome after it.
create table if not exists audit (
    number bigint primary key check (number > 0),
    kind text not null check (kind in ('intent', 'outcome', 'denial')),
    tenant text collate "C",
    actor text not null,
    action text not null,
    target text not null,
    reason text,
    source text,
    trace_id text,
    outcome text,
    count bigint not null default 1 check (count > 0),
    intent bigint,
    at timestamptz not null,
    hash bytea not null
);

create index if not exists audit_by_tenant on audit (tenant, number desc);
