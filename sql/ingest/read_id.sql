-- An identifier as it stands. What a program wrote as a float (1.23457E+11, 1.2E11) has lost its digits and is
-- unreadable; 7E12 is taken for the article number that it may be.
create or replace macro read_id(cell) as
case when not regexp_full_match(cell, '-?\d(\.\d+[eE][+-]?|[eE][+])\d+') then cell end
