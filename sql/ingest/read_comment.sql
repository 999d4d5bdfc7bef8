-- What a customer wrote, without e-mail addresses and without runs of seven digits or more (phones, cards).
create or replace macro read_comment(cell) as
regexp_replace(
    regexp_replace(cell, '[\w.+-]+@[\w-]+(\.[\w-]+)+', '[e-mail]', 'g'),
    '\+?\d([ ().\-/]{0,2}\d){6,}', '[number]', 'g'
)
