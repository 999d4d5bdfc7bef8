-- An identifier of a refused row as the quarantine keeps it. One that was read, has a digit and none of what names,
-- addresses and phones are written with stays, so that the row can be found; where it is no key, without long numbers.
-- None is longer than 200 characters; what is would fill the quarantine.
create or replace macro kept_id(cell, is_read, is_key) as
case
    when is_read and length(cell) <= 200 and regexp_full_match(cell, '[^\s@+()]*\d[^\s@+()]*')
        then if(is_key, cell, read_comment(cell))
    else cell_shape(cell)
end
