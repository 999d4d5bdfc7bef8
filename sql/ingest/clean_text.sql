-- A cell of free text: cleaned, and null where it is no more than a program's own mark for nothing. Words that people
-- write (NA, None, n/a, -) are kept: NA is Namibia.
create or replace macro clean_text(cell) as
case
    when
        not contains('Nn(<#\', array_extract(cell, 1)) or not list_contains(getvariable('text_nulls'), cell)
        then clean_cell(cell)
end
