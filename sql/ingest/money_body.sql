-- An amount as number_body has it, without one currency sign or ISO 4217 code before or behind it.
create or replace macro money_body(cell) as
number_body(regexp_replace(number_body(cell), currency_marks(), '\1\2'))
