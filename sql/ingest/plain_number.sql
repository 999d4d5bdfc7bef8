-- The plain form (-1234.56) of a number as number_body or money_body has it, if mark ('.' or ',') is its decimal mark.
-- Thousands stand in groups of three behind the other mark, a blank or a '; with a point, also the Indian groups of
-- two. Null where it is no number so written.
create or replace macro plain_number(body, mark) as
case
    when
        mark = '.' and regexp_full_match(
            body,
            '[+-]?((\d+|[1-9]\d{0,2}((,\d{3})+|( \d{3})+|(''\d{3})+)|[1-9]\d?(,\d{2})+,\d{3})(\.\d*)?|\.\d+)'
            '|[+-]?\d+(\.\d*)?[eE][+-]?\d{1,2}'
        ) then regexp_replace(regexp_replace(body, '[, '']', '', 'g'), '\.0*$', '')
    when
        mark = ',' and regexp_full_match(
            body,
            '[+-]?((\d+|[1-9]\d{0,2}((\.\d{3})+|( \d{3})+|(''\d{3})+))(,\d*)?|,\d+)|[+-]?\d+(,\d*)?[eE][+-]?\d{1,2}'
        ) then regexp_replace(replace(regexp_replace(body, '[. '']', '', 'g'), ',', '.'), '\.0*$', '')
end
