-- One door, one spelling: lower case words, without marks of punctuation and without the word for a flat.
create or replace macro normal_address(cell) as
trim(
    regexp_replace(
        regexp_replace(
            regexp_replace(lower(strip_accents(cell)), '[^\w]+', ' ', 'g'),
            '\b(apartment|apt|appt|flat|unit|suite|ste|no|nr)\b', ' ', 'g'
        ),
        '\s+', ' ', 'g'
    )
)
