-- Searches for duplicates over an area: what was asked for and how far it has come. What is compared
-- lives in the memory of a worker only, so a killed search begins again; the pairs that it had
-- recorded are recorded already.

create table office.duplicate_searches (
    id uuid primary key,
    area text not null,                   -- as it was asked for: a unit id
    units text[] not null,                -- the units whose households are compared
    status text not null default 'waiting'
        check (status in ('waiting', 'running', 'done', 'failed')),
    stage text not null default '' check (stage in ('', 'reading', 'scoring', 'recording')),
    done integer not null default 0,      -- households read, or pairs handled, of `total`
    total integer not null default 0,
    households integer not null default 0,
    found integer not null default 0,     -- pairs that came close enough
    recorded integer not null default 0,  -- of these, pairs that are new, or open again
    passed_over integer not null default 0, -- of these, told apart before, ended or moved away
    attempts integer not null default 0,
    error text not null default '',       -- why the last attempt stopped; cleared by the next
    requested_by text not null,
    requested_role text not null,
    requested_area text not null,         -- the area in which the role was held
    requested_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz
);

create index duplicate_searches_unfinished on office.duplicate_searches (requested_at)
    where status not in ('done', 'failed');
create index duplicate_searches_area on office.duplicate_searches (area, requested_at);

grant select, insert, update on office.duplicate_searches to socai_app;
