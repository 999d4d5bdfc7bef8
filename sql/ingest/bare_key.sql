-- A cleaned cell without the marks that keep a spreadsheet from making a number of it; null where it says nothing.
create or replace macro bare_key(cell) as
case
    when not contains('Nn(<#\-''=', array_extract(cell, 1)) then cell
    when list_contains(getvariable('key_nulls'), cell) then null
    when starts_with(cell, '="') and ends_with(cell, '"') and length(cell) - length(replace(cell, '"', '')) = 2
        then clean_cell(cell[3:-2])
    when starts_with(cell, '''') and not ends_with(cell, '''') then clean_cell(cell[2:])
    else cell
end
