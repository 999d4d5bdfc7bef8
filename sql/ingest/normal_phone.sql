-- One phone, one spelling: its last nine digits, so that a number is the same with its country's prefix and without.
create or replace macro normal_phone(cell) as
right(regexp_replace(regexp_replace(cell, '\D', '', 'g'), '^0+', ''), 9)
