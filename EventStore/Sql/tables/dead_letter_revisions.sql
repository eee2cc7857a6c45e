-- How often a consumer's open letters have changed. A consumer that remembers them looks at this one row, and reads them
-- again only when it has moved; the row's lock also puts the changes of one consumer in one order.
create table if not exists dead_letter_revisions (
    consumer text collate "C" primary key,
    revision bigint not null
) with (fillfactor = 50);
