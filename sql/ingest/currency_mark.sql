-- The currency that an amount names by its code, or by a sign that belongs to one currency alone; null where none.
create or replace macro currency_mark(cell) as
case
    when contains(cell, '€') then 'EUR'
    when contains(cell, '£') then 'GBP'
    when contains(cell, '₹') then 'INR'
    when contains(cell, 'US$') then 'USD'
    when contains(cell, '$') then '$'
    else nullif(regexp_extract(cell, '[A-Z]{3}'), '')
end
