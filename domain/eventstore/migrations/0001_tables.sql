-- The tables of the event store. Everything here is written by the functions of 0003 and 0004
-- only, which run as the owner; the service's own role reads, and calls them.

create schema store;

-- Every event of every aggregate. Nobody tails this table: `position` and `tx` are handed out
-- before commit, so only the ledger says in which order things happened.
create table store.events (
    position bigint generated always as identity primary key,
    tx xid8 not null default pg_current_xact_id(),
    originator_id uuid not null,
    originator_version integer not null check (originator_version >= 0),
    topic text not null check (topic <> ''),
    state bytea not null,
    recorded_at timestamptz not null check (isfinite(recorded_at)),
    unique (originator_id, originator_version)
);

-- The order in which settled events enter the ledger.
create unique index events_tx_position on store.events (tx, position);

-- The one order and its proof: seq is 1, 2, 3 ... without a gap, leaf as in docs/proof-format.md.
-- No foreign key: the only writer selects from events, which refuse deletion, and a check for
-- each row would halve the speed of a rebuild after an import. `verify` looks for both sides.
create table store.ledger (
    seq bigint primary key check (seq > 0),
    position bigint not null unique,
    leaf bytea not null check (octet_length(leaf) = 32)
);

-- Transaction ids begin anew where a dump is restored in another cluster. Each row here says:
-- everything up to sealed_position is in the ledger and its tx no longer counts.
create table store.ledger_seals (
    sealed_position bigint primary key,
    sealed_tx xid8 not null,
    floor_tx xid8 not null,
    sealed_at timestamptz not null default now()
);

-- What was commanded, by whom, and how it was answered: a repeated command is answered from here.
create table store.commands (
    command_id uuid primary key,
    account text not null,
    digest bytea not null,
    answer jsonb not null,
    recorded_at timestamptz not null
);

-- One thing in one place: a person or an identity number in one household, a household number in
-- one commune. Free again from the day `until` on.
create table store.claims (
    key bytea primary key,
    holder uuid not null,
    since date not null,
    until date
);
create index claims_holder on store.claims (holder);

-- The data key of each subject of personal data, wrapped by the operator's master key. Null:
-- destroyed, and never given again.
create table store.subject_keys (
    subject uuid primary key,
    wrapped bytea,
    destroyed_at timestamptz,
    check ((wrapped is null) = (destroyed_at is not null))
);
