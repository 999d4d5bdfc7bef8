-- A number with its blanks, its digits and its sign in one spelling: full-width signs made narrow, hard (160), figure
-- (8199), thin (8201) and narrow (8239) spaces made plain, ’ made ', and a minus in front: (5.00), 5.00- and - 5.00 are
-- -5.00. A ' that a spreadsheet put before it falls away.
create or replace macro number_body(cell) as
regexp_replace(
    regexp_replace(
        regexp_replace(
            translate(
                cell,
                '０１２３４５６７８９．，（）＋－−’' || chr(160) || chr(8199) || chr(8201) || chr(8239),
                '0123456789.,()+--''    '
            ),
            '^''', ''
        ),
        '^\(([^()+-]+)\)$|^([^()+-]+?) ?-$', '-\1\2'
    ),
    '^([+-]) ', '\1'
)
