-- A whole number, zero or more; 3.0 is 3. 1.000 may be a thousand, and is unreadable without more knowledge.
create or replace macro read_count(cell) as
case
    when regexp_full_match(cell, '\d{1,15}') then cast(cell as bigint)
    when regexp_full_match(cell, '\+?\d{1,15}(\.(0{0,2}|0{4,}))?')
        then cast(regexp_replace(cell, '\.0*$', '') as bigint)
end
