-- An ISO 4217 code, in any case.
create or replace macro read_currency(cell) as
case when regexp_full_match(cell, '[A-Za-z]{3}') then upper(cell) end
