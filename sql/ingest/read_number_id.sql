-- An identifier that a spreadsheet made a number of: 17850.0 is 17850. Unreadable is what read_id cannot read.
create or replace macro read_number_id(cell) as
case
    when not regexp_full_match(cell, '-?\d(\.\d+[eE][+-]?|[eE][+])\d+')
        then if(contains(cell, '.'), regexp_replace(cell, '^(\d+)\.0+$', '\1'), cell)
end
