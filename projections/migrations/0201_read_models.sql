-- Where the read side keeps its books. The tables of the read models themselves are made by
-- projections.registry, in the schema `read` where they serve and in `building` while they are
-- rebuilt beside it. All of them belong to the service's own role, which can lose nothing here:
-- everything is computed from the events and can be computed again.

create schema read;
create schema building;
grant usage, create on schema read, building to socai_app;

-- How far each read model is: every event up to `seq` is in its tables. `version` is that of the
-- code that made the rows; `tables` are those it made.
create table read.positions (
    model text primary key,
    version integer not null,
    seq bigint not null,
    tables text[] not null,
    moved_at timestamptz not null default now()
);

-- Aggregates that a read model could not take: from `seq` on, their events wait. `reason` says
-- what went wrong and where, and quotes nothing that was recorded.
create table read.parked (
    model text not null,
    originator_id uuid not null,
    seq bigint not null,
    reason text not null,
    parked_at timestamptz not null default now(),
    primary key (model, originator_id)
);

create table building.positions (like read.positions including all);
create table building.parked (like read.parked including all);

-- Rebuilds, past and present. `upto` is the ledger's head when it began: the parts take the
-- events up to there, and the rest is tailed.
create table read.rebuilds (
    id bigint generated always as identity primary key,
    models text[] not null,
    versions integer[] not null,
    upto bigint not null,
    events bigint not null,
    started_at timestamptz not null default now(),
    loaded_at timestamptz,
    finished_at timestamptz,
    failure text not null default ''
);

-- Each part is a range of household ids; everything up to `done_to` is loaded.
create table read.rebuild_parts (
    rebuild bigint not null references read.rebuilds on delete cascade,
    part integer not null,
    first uuid not null,
    last uuid not null,
    done_to uuid,
    done boolean not null default false,
    events bigint not null default 0,
    primary key (rebuild, part)
);

grant select, insert, update, delete on
    read.positions, read.parked, building.positions, building.parked,
    read.rebuilds, read.rebuild_parts
    to socai_app;
