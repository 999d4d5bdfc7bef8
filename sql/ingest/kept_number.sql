-- A number of a refused row as the quarantine keeps it: up to six digits before the last mark stay, whether they were
-- read or not (1,234 may be both); of anything else, which may be a phone, its shape.
create or replace macro kept_number(cell) as
case
    when
        is_null_word(cell)
        or regexp_full_match(cell, '[-+(]?[$€£¥]? ?\d{1,3}([., ]?\d{3})?([.,]\d{1,4})?[)%-]?( ?[$€£¥]| [A-Z]{3})?')
        then cell
    else cell_shape(cell)
end
