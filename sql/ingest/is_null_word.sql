-- Whether a cell of a number, a moment, a flag, a currency or a word of a list says that there is nothing.
create or replace macro is_null_word(cell) as
lower(cell) in (
    'null', '(null)', 'nil', 'nan', 'nat', 'none', 'na', '<na>', '<na', 'na>', 'n/a', '#n/a', 'n.a.', 'n. a.',
    '\n', '?', '-', chr(8211), chr(8212), '--', '---'
)
