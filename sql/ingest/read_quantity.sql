-- A count of units above zero; 3.0 is 3, 2.5 is unreadable.
create or replace macro read_quantity(cell) as
case
    when regexp_full_match(cell, '\+?\d{1,9}(\.0*)?') and try_cast(regexp_replace(cell, '\.0*$', '') as bigint) > 0
        then try_cast(regexp_replace(cell, '\.0*$', '') as bigint)
end
