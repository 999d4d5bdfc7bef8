-- Free text, without e-mail addresses and without what is written as phones are: an international number behind its
-- plus, an area code in parentheses, groups that begin with 0 or are of 3, 3 and 4 digits. Digits in one run may be an
-- article's number and stay. Most texts hold no sign that these have, and are told apart at a tenth of the cost.
create or replace macro read_text(cell) as
case
    when strlen(cell) < 6 then cell
    when
        contains(cell, '@')
        or (
            (contains(cell, '0') or contains(cell, '-') or contains(cell, '+') or contains(cell, '('))
            and strlen(cell) > 9
            and regexp_matches(cell, '\d[ ()./-]{1,2}\d{2}|\+\d|\d\)')
        )
        then
            regexp_replace(
                regexp_replace(cell, '[\w.+-]+@[\w-]+(\.[\w-]+)+', '[e-mail]', 'g'),
                '\+\d([ ().\-/]{0,2}\d){7,}|\(\d{2,5}\)([ \-/]{0,2}\d){5,}|\b0\d{1,4}[ /]([ \-/]?\d){5,}'
                || '|\b\d{3}[ .\-]\d{3}[ .\-]\d{4}\b',
                '[number]', 'g'
            )
    else cell
end
