-- Whether an amount names another currency than its row does; not where either names none.
create or replace macro names_other(cell, currency) as
case
    when regexp_full_match(cell, '[+-]?[\d.,]+') then false
    when currency_mark(cell) = '$' then coalesce(currency in ('EUR', 'GBP', 'JPY', 'CHF', 'INR', 'CNY'), false)
    else coalesce(currency_mark(cell) <> currency, false)
end
