-- An amount of either sign, rounded half away from zero to four decimals.
-- Ten digits before the point are the most: sums and products of larger ones would not fit.
create or replace macro read_amount(cell) as
case
    when regexp_full_match(cell, '[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?')
        then cast(try_cast(cell as decimal(14, 4)) as decimal(18, 4))
end
