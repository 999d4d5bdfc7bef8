-- A whole number, zero or more; 3.0 is 3.
create or replace macro read_count(cell) as
case
    when regexp_full_match(cell, '\+?\d{1,15}(\.0*)?')
        then try_cast(regexp_replace(cell, '\.0*$', '') as bigint)
end
