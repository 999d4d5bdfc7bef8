-- Whether a cell of a number, a moment, a flag, a currency or a word of a list says that there is nothing.
-- (A pattern, because a statement that asks this of every column is planned faster with it than with a list.)
create or replace macro is_null_word(cell) as
regexp_full_match(cell, '(?i)null|\(null\)|nil|nan|nat|none|<?na>?|#?n/a|n\. ?a\.|\\n|\?|[-\x{2013}\x{2014}]|--|---')
