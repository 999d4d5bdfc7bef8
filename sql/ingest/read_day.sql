-- A day as midnight UTC: 10-Jul-2025, 1900 to 2199, the month by its English name in any case; else what
-- read_timestamp reads.
create or replace macro read_day(cell) as
case
    when regexp_full_match(cell, '\d{1,2}-[A-Za-z]{3}-(19|20|21)\d{2}') then try_strptime(cell, '%d-%b-%Y')
    else date_trunc('day', read_timestamp(cell))
end
