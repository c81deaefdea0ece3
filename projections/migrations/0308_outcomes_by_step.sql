-- The households that each part of a list recorded, for the workers that record the other parts.
create index import_outcomes_by_step
    on office.import_outcomes (import_id, step) where outcome = 'recorded';
