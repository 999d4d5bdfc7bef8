-- Currencies of the delivered rows, with the table that uses each.
select
    currency,
    min(used_by) as used_by
from (
    select
        currency,
        'orders' as used_by
    from delivered_orders
    union all
    select
        currency,
        'returns' as used_by
    from delivered_returns
    where currency is not null
    union all
    select
        currency,
        'other lines' as used_by
    from delivered_other_lines
    where currency is not null
) as used
group by currency
order by currency
