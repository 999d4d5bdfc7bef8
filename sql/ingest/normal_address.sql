-- One door, one spelling, in any script: lower case words, without marks of punctuation and the word for a flat.
create or replace macro normal_address(cell) as
array_to_string(
    list_filter(
        string_split(regexp_replace(lower(strip_accents(cell)), '[^\p{L}\p{N}]+', ' ', 'g'), ' '),
        lambda word: word not in (
            '', 'apartment', 'apt', 'appt', 'flat', 'unit', 'suite', 'ste', 'no', 'nr'
        )
    ),
    ' '
)
