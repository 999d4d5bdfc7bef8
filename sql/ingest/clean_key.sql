-- A cell of an identifier or of personal data: cleaned, without the marks that keep a spreadsheet from making a number
-- of it ('007, ="007"), and null where a program wrote a word for nothing. NA is kept: it may be a name.
-- Most cells begin with a digit or a letter and are none of those words.
create or replace macro clean_key(cell) as
case
    when
        array_extract(cell, -1) between '!' and '~'
        and (
            cell >= '0' and cell < '<' or cell >= 'A' and cell < 'N' or cell >= 'O' and cell < '['
            or cell >= 'a' and cell < 'n' or cell >= 'o' and cell < '{'
        )
        then cell
    else list_extract(list_transform([clean_cell(cell)], lambda cleaned: bare_key(cleaned)), 1)
end
