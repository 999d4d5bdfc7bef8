-- What kind of thing stood in a cell, and nothing of it: every letter an x, every digit a 9, marks as they stand, and
-- no more than 40 characters.
create or replace macro cell_shape(cell) as
regexp_replace(regexp_replace(left(cell, 40), '[0-9]', '9', 'g'), '[^ -@\[-`{-~]', 'x', 'g')
