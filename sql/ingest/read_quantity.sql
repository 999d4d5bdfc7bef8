-- A count of units above zero; 3.0 is 3, 2.5 is unreadable, and so is 1.000, which may be a thousand.
create or replace macro read_quantity(cell) as
case
    when regexp_full_match(cell, '\d{1,9}') then nullif(cast(cell as bigint), 0)
    when regexp_full_match(cell, '\+?\d{1,9}(\.(0{0,2}|0{4,}))?')
        then nullif(cast(regexp_replace(cell, '\.0*$', '') as bigint), 0)
end
