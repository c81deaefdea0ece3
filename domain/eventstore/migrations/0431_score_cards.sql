-- Score cards of B1 as they were imported, to the byte: a survey names the card that scored it by
-- its digest, so a card is never changed and never removed.

create table store.score_cards (
    id text primary key check (id ~ '^[^@]+@[0-9a-f]{64}$'),
    content bytea not null,
    standard text not null,
    area_type text not null,
    areas text[] not null,
    imported_by text not null,
    imported_at timestamptz not null,
    document_number text not null check (document_number <> ''),
    document_signed_on date,
    document_signer text not null default ''
);

create index score_cards_newest on store.score_cards (standard, area_type, imported_at desc);

create function store.refuse_change_of_score_cards() returns trigger language plpgsql as $$
begin
    raise exception 'score cards are append-only';
end $$;

create trigger score_cards_are_append_only before update or delete or truncate
    on store.score_cards for each statement execute function store.refuse_change_of_score_cards();
alter table store.score_cards enable always trigger score_cards_are_append_only;

grant select, insert on store.score_cards to socai_app;
