-- The common features by DuckDB alone, one row an RMA.
-- Events and questions go into one stream and are sorted once: a question asks for a shopper's running totals just
-- before a moment, and stands before the events of that moment. Range windows over the same never end.
with lines as (
    select
        rma_id,
        requested_at,
        requested_amount,
        refund_amount,
        refunded_at,
        customer_id,
        requested_at = min(requested_at) over (partition by rma_id) as is_own
    from rma_lines
),

requests as (
    select rma_id, min(requested_at) as requested_at, min(customer_id) as customer_id
    from lines
    where is_own
    group by rma_id
),

asked as (
    select
        lines.requested_at,
        lines.requested_amount,
        lines.refund_amount,
        lines.refunded_at,
        coalesce(lines.customer_id, requests.customer_id) as customer_id
    from lines
    inner join requests on lines.rma_id = requests.rma_id
),

stream as (
    select customer_id, ordered_at as moment, null as rma_id, null as back, 1 as line, line_amount as spend, 0 as placed,
        0 as returned, 0 as amount, 0 as refunded, 0 as rma, ordered_at as ordered_at, null as requested_at
    from order_lines
    where customer_id is not null
    union all
    select customer_id, min(ordered_at), null, null, 0, 0, 1, 0, 0, 0, 0, null, null
    from order_lines
    where customer_id is not null
    group by customer_id, order_id
    union all
    select customer_id, requested_at, null, null, 0, 0, 0, 1, requested_amount, 0, 0, null, null
    from asked
    where customer_id is not null
    union all
    select customer_id, refunded_at, null, null, 0, 0, 0, 0, 0, refund_amount, 0, null, null
    from asked
    where customer_id is not null and refunded_at is not null and refund_amount is not null
    union all
    select customer_id, requested_at, null, null, 0, 0, 0, 0, 0, 0, 1, null, requested_at
    from requests
    where customer_id is not null
    union all
    select customer_id, requested_at - to_days(back), rma_id, back, 0, 0, 0, 0, 0, 0, 0, null, null
    from requests cross join (select unnest([0, 7, 30, 90, 365]) as back)
    where customer_id is not null
),

totals as (
    select
        rma_id,
        back,
        sum(line) over past as lines_bought,
        sum(spend) over past as spend,
        sum(placed) over past as orders,
        sum(returned) over past as lines_returned,
        sum(amount) over past as returned_amount,
        sum(refunded) over past as refunded_amount,
        sum(rma) over past as rmas,
        min(ordered_at) over past as first_ordered_at,
        max(requested_at) over past as last_requested_at
    from stream
    window past as (
        partition by customer_id order by moment, (rma_id is null) rows between unbounded preceding and current row
    )
    qualify rma_id is not null
),

by_window as (
    select
        rma_id,
        {window_columns},
        any_value(rmas) filter (where back = 0) - any_value(rmas) filter (where back = 7) as rmas_7d,
        any_value(rmas) filter (where back = 0) - any_value(rmas) filter (where back = 30) as rmas_30d,
        any_value(first_ordered_at) filter (where back = 0) as first_ordered_at,
        any_value(last_requested_at) filter (where back = 0) as last_requested_at
    from totals
    group by rma_id
)

select
    requests.rma_id,
    by_window.* exclude (rma_id, first_ordered_at, last_requested_at),
    epoch_us(requests.requested_at - by_window.first_ordered_at) / 86400e6 as days_since_first_order,
    epoch_us(requests.requested_at - by_window.last_requested_at) / 86400e6 as days_since_last_rma
from requests left join by_window on requests.rma_id = by_window.rma_id
order by requests.rma_id
