-- An identifier as it stands. What a spreadsheet turned into 1.23457E+11 has lost its digits and is unreadable.
create or replace macro read_id(cell) as
case when not regexp_full_match(cell, '\d(\.\d+)?[eE]\+?\d+') then cell end
