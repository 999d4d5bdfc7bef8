-- A cell of a column that the table does not have, as it may be kept: a date, a moment or a plain amount as it stands,
-- any other text without e-mail addresses and long numbers. Never more than 200 characters.
create or replace macro read_extra(cell) as
case
    when
        regexp_full_match(cell, '\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?(Z|UTC|[+-]\d{2}:?\d{2}))?)?')
        or regexp_full_match(cell, '-?\d{1,9}[.,]\d{1,4}')
        then cell
    else left(read_comment(cell), 200)
end
