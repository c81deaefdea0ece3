-- Decide again: jobs that recompute the recorded decisions of an area and period, and what came
-- of each decision. A job is cut into parts by household id; a part and its outcomes are written
-- in one transaction, so a killed worker leaves whole parts or nothing.

create schema if not exists office;

create table office.replays (
    id uuid primary key,
    area text not null,                   -- as it was asked for: a unit id, '' for the country
    units text[] not null,                -- the units whose decisions count; empty: all
    from_on date not null,
    to_on date not null check (to_on >= from_on),
    seq bigint not null check (seq >= 0), -- the ledger position that it is bound to
    parts integer not null check (parts > 0),
    status text not null default 'waiting' check (status in ('waiting', 'running', 'done')),
    same bigint not null default 0,
    different bigint not null default 0,
    not_reproducible bigint not null default 0,
    digest bytea check (octet_length(digest) = 32),
    error text not null default '',       -- why the last attempt stopped; cleared by the next
    requested_by text not null,
    requested_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    check ((status = 'done') = (digest is not null))
);

create index replays_unfinished on office.replays (requested_at) where status <> 'done';
create index replays_area on office.replays (area, requested_at);

create table office.replay_parts (
    replay_id uuid not null references office.replays on delete cascade,
    part integer not null,
    same bigint not null,
    different bigint not null,
    not_reproducible bigint not null,
    primary key (replay_id, part)
);

-- One decision. leaf is the SHA-256 of its canonical form; the digest of the replay is made of
-- the leaves in the order of seq.
create table office.replay_outcomes (
    replay_id uuid not null references office.replays on delete cascade,
    seq bigint not null,
    household_id uuid not null,
    effective_on date,
    recorded text not null,
    outcome text not null check (outcome in ('same', 'different', 'not_reproducible')),
    detail jsonb not null,
    leaf bytea not null check (octet_length(leaf) = 32),
    primary key (replay_id, seq)
);

create index replay_outcomes_found on office.replay_outcomes (replay_id, outcome, seq)
    where outcome <> 'same';

grant usage on schema office to socai_app;
grant select, insert, update on office.replays to socai_app;
grant select, insert on office.replay_parts, office.replay_outcomes to socai_app;
