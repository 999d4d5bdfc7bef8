-- What people may see of a phone or a payment instrument: its last two characters.
create or replace macro mask_tail(cell) as
case when length(cell) > 5 then '***' || right(cell, 2) when cell is not null then '***' end
