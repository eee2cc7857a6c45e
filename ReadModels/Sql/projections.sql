-- How far each read model is. The position is moved by the same statement that writes the rows, and only from the
-- position and generation that the writer started from: of two projectors of one table, one writes and the other notices.
-- The generation changes when a rebuilt table takes the live one's place, so that rows remembered from the old are dropped.
create table if not exists projections (
    name       text        collate "C" primary key,
    position   bigint      not null default 0,
    generation bigint      not null default 1,
    error      text,
    updated_at timestamptz not null default now()
) with (fillfactor = 50);
