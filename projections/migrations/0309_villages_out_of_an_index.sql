-- The villages of units are read out of an index, not out of the rows of their households. Tables
-- that are made later have it from the list of read models (`projections.read_models`).
do $$
begin
    if to_regclass('read.register') is not null then
        drop index if exists read.register_villages;
        create index register_villages
            on read.register (area, village_key, name_key, household_id)
            include (class, ended, village);
    end if;
end
$$;
