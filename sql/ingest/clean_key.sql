-- A cell of an identifier or of personal data: cleaned, without the marks that keep a spreadsheet from making a number
-- of it ('007, ="007"), and null where a program wrote a word for nothing. NA is kept: it may be a name.
-- Most cells begin with a digit or a letter and are none of those words.
create or replace macro clean_key(cell) as
case
    when
        cell >= '0' and cell < '<' and array_extract(cell, -1) between '!' and '~'
        or cell >= 'A' and cell <= 'z' and array_extract(cell, -1) between '!' and '~'
        and cell not in ('NULL', 'null', 'NaN', 'nan', 'None', 'N/A', 'n/a', '\N', 'NaT') then cell
    else list_extract(list_transform([clean_cell(cell)], lambda cleaned: bare_key(cleaned)), 1)
end
