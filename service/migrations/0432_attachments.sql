-- Photos and places of form B: named by the SHA-256 of their content, sealed under a key that is
-- itself sealed under the household's key. Once that is destroyed, none can be read.

create table office.attachments (
    household_id uuid not null,
    digest bytea not null check (octet_length(digest) = 32),
    kind text not null check (kind in ('image/jpeg', 'image/png', 'place')),
    bytes integer not null check (bytes > 0),
    sealed_key bytea not null,
    sealed bytea not null,
    account text not null references office.accounts,
    uploaded_at timestamptz not null,
    primary key (household_id, digest)
);

create index attachments_account on office.attachments (account, uploaded_at);

grant select, insert on office.attachments to socai_app;

