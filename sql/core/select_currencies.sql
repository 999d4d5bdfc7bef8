-- Currencies of the delivered rows, with the table that uses each and the first day on which money was in it.
select
    currency,
    min(used_by) as used_by,
    coalesce(cast(min(used_at) as date), date '1970-01-01') as first_on
from (
    select
        currency,
        'orders' as used_by,
        ordered_at as used_at
    from delivered_orders
    union all
    select
        currency,
        'returns' as used_by,
        least(requested_at, refunded_at) as used_at
    from delivered_returns
    where currency is not null
    union all
    select
        currency,
        'other lines' as used_by,
        occurred_at as used_at
    from delivered_other_lines
    where currency is not null
) as used
group by currency
order by currency
