-- A word of a closed list, found in any case; null where the list does not hold it.
create or replace macro read_word(cell, words) as
list_extract(words, nullif(list_position(list_transform(words, lambda w: lower(w)), lower(cell)), 0))
