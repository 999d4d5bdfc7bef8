-- A moment in digits alone: full-width signs made narrow, hard spaces plain, a ' or a comma before the time taken away,
-- and an English month made a number, with the year in front of it.
create or replace macro numbered_moment(cell) as
numbered_month(
    regexp_replace(
        ltrim(translate(cell, '０１２３４５６７８９／．：－' || chr(160) || chr(8239), '0123456789/.:-  '), ''''),
        '(\d),? +(\d{1,2}:)', '\1 \2'
    )
)
