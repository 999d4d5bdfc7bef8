-- A word of a list, a currency or a flag of a refused row as the quarantine keeps it: its shape, where it is none.
create or replace macro kept_word(cell, is_read) as
if(is_read or is_null_word(cell), cell, cell_shape(cell))
