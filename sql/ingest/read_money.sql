-- An amount that is not negative, rounded half up to four decimals (programs write 8.991000000000001 for 8.991).
create or replace macro read_money(cell) as
case
    when regexp_full_match(cell, '\+?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?')
        then try_cast(cell as decimal(18, 4))
end
