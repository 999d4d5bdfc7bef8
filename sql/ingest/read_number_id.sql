-- An identifier that a spreadsheet made a number of: 17850.0 is 17850. Unreadable is what read_id cannot read.
create or replace macro read_number_id(cell) as
if(contains(cell, '.'), regexp_replace(read_id(cell), '^(\d+)\.0+$', '\1'), read_id(cell))
