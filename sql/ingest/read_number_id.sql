-- An identifier that a spreadsheet made a number of: 17850.0 is 17850.
create or replace macro read_number_id(cell) as
case
    when not regexp_full_match(cell, '\d(\.\d+)?[eE]\+?\d+')
        then regexp_replace(cell, '^(\d+)\.0+$', '\1')
end
