-- An identifier as it stands. What a program wrote as a float (1.23457E+11, 1,2E11) has lost its digits and is
-- unreadable, and so is a spreadsheet's error (#REF!, #####); 7E12 is taken for the article number that it may be.
-- Such cells begin with a digit or a sign before the digits.
create or replace macro read_id(cell) as
case
    when cell >= ':' then cell
    when
        not regexp_full_match(
            cell,
            '-?\d([.,]\d+[eE][+-]?|[eE][+])\d+|#{3,}|#(REF|VALUE|DIV/0|NUM|NULL|SPILL|CALC)!|#NAME\?'
        ) then cell
end
