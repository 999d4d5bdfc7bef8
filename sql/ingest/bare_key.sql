-- A cleaned cell without the marks that keep a spreadsheet from making a number of it; null where it says nothing.
create or replace macro bare_key(cell) as
case
    when cell in (
        'NULL', 'null', '(null)', 'NaN', 'nan', 'NaT', 'None', '<NA>', '#N/A', 'N/A', 'n/a', '\N',
        '-', '--', '''', '=""'
    ) then null
    when regexp_full_match(cell, '="[^"]*"') then clean_cell(cell[3:-2])
    when starts_with(cell, '''') and not ends_with(cell, '''') then clean_cell(cell[2:])
    else cell
end
