-- Where the etags of reminders and grain states come from. No two are alike, so that an etag from before a row was
-- deleted never fits the row that took its place. Orleans reads them as 32-bit numbers; after two thousand million
-- writes they start again.
create sequence if not exists orleans_etags as integer cycle;
