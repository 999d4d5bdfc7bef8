-- A moment of a refused row as the quarantine keeps it: what was read, and what looks like a date or a time but can be
-- none (30.02.2026) or several (03/04/2026), stays; of anything else its shape.
create or replace macro kept_moment(cell, is_read) as
case
    when
        is_read or is_null_word(cell)
        or regexp_full_match(
            cell,
            '(\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d{2}))'
            || '([T ,]{1,2}\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?[AaPp]\.?[Mm]\.?)?( ?(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?'
        ) then cell
    else cell_shape(cell)
end
