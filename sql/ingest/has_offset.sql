-- Whether a moment says by itself how far from UTC it is.
create or replace macro has_offset(cell) as
regexp_matches(cell, ':\d{2}([.,]\d+)?( ?[AaPp]\.?[Mm]\.?)? ?([zZ]|UTC|GMT|[+-]\d{2}(:?\d{2})?)$')
