-- An ISO 4217 code, in any case; nan and nil are words for nothing.
create or replace macro read_currency(cell) as
case when regexp_full_match(cell, '[A-Za-z]{3}') and lower(cell) not in ('nan', 'nil') then upper(cell) end
