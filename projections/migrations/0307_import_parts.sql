-- The parts in which the households of a checked list are recorded, so that a second worker can take some
-- of them. They lie here sealed under the import's key and are gone once they are recorded.
create table office.import_parts (
    import_id uuid not null references office.imports on delete cascade,
    start bigint not null,                  -- the first household's place among those to record
    list integer not null,                  -- a list begins once the one before it is recorded
    households integer not null,
    sealed bytea,                           -- the households; null once they are recorded
    shared boolean not null,                -- a helper may take it: the list was the first on record
    taken boolean not null default false,   -- a worker is on it
    helper boolean not null default false,  -- the one that helps
    done boolean not null default false,
    primary key (import_id, start)
);

grant select, insert, update, delete on office.import_parts to socai_app;
