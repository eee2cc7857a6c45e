-- Where every fulfilment stands, and when it must be looked at again; null when it rests.
create table if not exists fulfilment_board (
    tenant      text        collate "C" not null,
    order_id    text        collate "C" not null,
    customer_id text        collate "C" not null,
    status      text        collate "C" not null,
    step        text        collate "C",
    attempts    integer     not null,
    deadline    timestamptz,
    retry_at    timestamptz,
    wake_at     timestamptz,
    reason      text,
    cause       text,
    owner       text,
    started_at  timestamptz not null,
    updated_at  timestamptz not null,
    version     bigint      not null,
    position    bigint      not null,
    constraint fulfilment_board_key primary key (order_id, tenant)
);

create index if not exists fulfilment_board_by_status on fulfilment_board (tenant, status, started_at desc, order_id desc);

create index if not exists fulfilment_board_by_time on fulfilment_board (tenant, started_at desc, order_id desc);

create index if not exists fulfilment_board_by_wake on fulfilment_board (wake_at) where wake_at is not null;
