-- Accounts of officials, the roles they hold within areas, and their API tokens.

create table office.accounts (
    account text primary key check (account ~ '^[a-z0-9][a-z0-9._-]{1,62}$'),
    name text not null,
    office text not null default '',
    password_hash text,
    created_by text not null,
    created_at timestamptz not null,
    disabled_at timestamptz
);

-- A role is held within one area unit and between two days (inclusive). area '' is the whole
-- country. villages narrows a surveyor to villages of the area; empty means all of them.
create table office.held_roles (
    id uuid primary key,
    account text not null references office.accounts,
    role text not null check (role in ('surveyor', 'case_worker', 'chairman', 'province_officer',
                                       'auditor', 'inspector', 'administrator')),
    area text not null,
    villages text[] not null default '{}',
    valid_from date not null,
    valid_until date,
    granted_by text not null,
    granted_at timestamptz not null,
    check (valid_until is null or valid_until >= valid_from)
);

create index held_roles_account on office.held_roles (account);

-- Only the SHA-256 of a token is kept: whoever reads this table cannot sign in with it.
create table office.tokens (
    id uuid primary key,
    account text not null references office.accounts,
    digest bytea not null unique check (octet_length(digest) = 32),
    label text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz
);

create index tokens_account on office.tokens (account, created_at);

-- What a POST outside the ledger answered, so that a repeat answers the same. `answer` holds
-- ids only: never a password, a token or personal data of a household.
create table office.commands (
    command_id uuid primary key,
    account text not null,
    digest bytea not null,
    answer jsonb,
    recorded_at timestamptz not null
);

grant select, insert, update on office.accounts, office.tokens to socai_app;
grant select, insert, update, delete on office.held_roles to socai_app;
grant select, insert, update on office.commands to socai_app;
