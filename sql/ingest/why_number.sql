-- What keeps a cell from being read as a number, in words that do not show it; null where there is nothing to add.
create or replace macro why_number(cell) as
case
    when contains(cell, '%') then 'it is a percentage'
    when regexp_matches(cell, '\d_\d') then 'it has underscores between its digits'
    when regexp_full_match(cell, '[^\d]*\d[.,]\d+[eE]\+?\d{2,}')
        then 'it looks like a number that a spreadsheet rounded'
    when not regexp_matches(cell, '\d') then 'it holds no digits'
    when regexp_matches(cell, '\d{11,}') then 'it has more digits than are read'
    when regexp_matches(cell, '^[-(]|-$') then 'it is below zero, or its minus is misplaced'
    when regexp_full_match(cell, '0+([.,]0+)?') then 'it is zero'
    when regexp_full_match(cell, '\d+[.,]\d*[1-9]\d*') then 'it is no whole number'
end
