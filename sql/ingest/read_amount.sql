-- An amount of either sign, rounded half away from zero to four decimals.
create or replace macro read_amount(cell) as
case
    when regexp_full_match(cell, '[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?')
        then try_cast(cell as decimal(18, 4))
end
