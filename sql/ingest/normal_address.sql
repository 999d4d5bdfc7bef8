-- One door, one spelling, in any script: lower case words in order of the alphabet, each street word in its short
-- form, without marks of punctuation, words for a flat, and floors. "Flat 4, 12 Mill Lane" is "12 Mill Ln Apt 4".
create or replace macro normal_address(cell) as
array_to_string(
    list_sort(
        list_filter(
            list_transform(
                string_split(
                    regexp_replace(
                        regexp_replace(
                            regexp_replace(
                                regexp_replace(
                                    regexp_replace(
                                        replace(lower(strip_accents(cell)), 'ß', 'ss'), '[^\p{L}\p{N}]+', ' ', 'g'
                                    ),
                                    '([aou])e', '\1', 'g'
                                ),
                                '\b\d+(st|nd|rd|th)? ?(og|obergeschoss|stock|stockwerk|etage|floor)\b', ' ', 'g'
                            ),
                            '(strasse|str)\b', ' str', 'g'
                        ),
                        '(\d) ([a-z])\b', '\1\2', 'g'
                    ),
                    ' '
                ),
                lambda word: case word
                    when 'street' then 'st'
                    when 'road' then 'rd'
                    when 'avenu' then 'ave'
                    when 'av' then 'ave'
                    when 'lane' then 'ln'
                    when 'drive' then 'dr'
                    when 'court' then 'ct'
                    when 'place' then 'pl'
                    when 'square' then 'sq'
                    when 'boulevard' then 'blvd'
                    when 'terrace' then 'ter'
                    when 'close' then 'cl'
                    when 'platz' then 'pl'
                    else word
                end
            ),
            lambda word: word not in (
                '', 'apartment', 'appartement', 'apt', 'appt', 'app', 'flat', 'unit', 'suite', 'ste', 'no', 'nr',
                'room', 'rm', 'zimmer', 'zi', 'wohnung', 'whg', 'top', 'door', 'eg', 'og', 'dg', 'ug', 'erdgeschoss',
                'obergeschoss', 'dachgeschoss', 'floor', 'stock', 'etage', 'hinten', 'vorn', 'vorne', 'rear',
                'hinterhaus', 'vorderhaus'
            )
        )
    ),
    ' '
)
