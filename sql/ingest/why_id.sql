-- What keeps a cell from being read as an identifier, in words that do not show it.
create or replace macro why_id(cell) as
case
    when starts_with(cell, '#') then 'it is the error of a spreadsheet'
    else 'it looks like a number that a spreadsheet rounded, such as 1.2E+11, and its digits are lost'
end
