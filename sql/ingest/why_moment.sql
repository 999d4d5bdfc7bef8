-- What keeps a cell from being read as a moment, in words that do not show it; null where there is nothing to add.
create or replace macro why_moment(cell) as
case
    when regexp_full_match(cell, '\d{5}([.,]\d+)?') then 'it looks like the number that a spreadsheet has for a day'
    when regexp_full_match(cell, '\d{10}(\d{3})?') then 'it looks like seconds or milliseconds since 1970'
    when not regexp_matches(cell, '\d') then 'it holds no digits'
    when regexp_matches(cell, '\d ?[A-Z]{3,4}$')
        then 'it names its time zone by letters, not by an offset such as +01:00'
    when regexp_full_match(cell, '\d{4}-\d{2}-\d{2}([T ].*)?')
        then 'there is no such day, time or offset, or the year is not of 1900 to 2199'
    when regexp_matches(cell, '^\d{1,2}[./-]\d{1,2}[./-](69|[7-9]\d)\b')
        then 'its year of two digits is of no certain century'
end
