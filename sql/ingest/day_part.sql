-- A moment without its time of the day: what says in which order day, month and year stand.
create or replace macro day_part(cell) as regexp_replace(cell, '(,? +|T)\d{1,2}:\d{2}.*$', '')
