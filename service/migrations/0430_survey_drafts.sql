-- Drafts of form B: one for each household and account, until the survey is recorded, the draft is
-- thrown away, or it expires. A draft is no event. Its content is sealed under the household's key.

create table office.survey_drafts (
    household_id uuid not null,
    account text not null references office.accounts,
    form_key text not null,
    version integer not null check (version > 0),
    device text not null,
    number bigint not null,
    sealed bytea not null,
    saved_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (household_id, account)
);

create index survey_drafts_expiry on office.survey_drafts (expires_at);

grant select, insert, update, delete on office.survey_drafts to socai_app;
