-- One row an outcome of shoppers' first return and a band of days to it: who ordered again within 90 days, against
-- shoppers alike in orders so far and month of the last one, who had returned nothing.
with rma_ends as (
    select
        rma_id,
        min(customer_id) as customer_id,
        min(requested_at) as requested_at,
        max(refunded_at) as refunded_at,
        max(coalesce(closed_at, inspected_at, received_at, authorized_at, requested_at)) as ended_at,
        coalesce(sum(refund_amount), 0) as refunds,
        sum(requested_amount) as asked,
        bool_and(status = 'cancelled') as is_cancelled,
        bool_and(status in ('denied', 'rejected', 'cancelled')) as is_refused,
        bool_or(status = 'exchanged' or coalesce(refund_method = 'exchange', false)) as is_exchanged,
        bool_or(status = 'credited' or coalesce(refund_method in ('store_credit', 'gift_card'), false)) as is_credited
    from core.rma_lines
    where customer_id is not null
    group by rma_id
),

firsts as (
    select *
    from rma_ends
    where not is_cancelled
    qualify row_number() over (partition by customer_id order by requested_at, rma_id) = 1
),

outcomes as (
    select
        customer_id,
        requested_at,
        case
            when is_refused and refunds = 0 then 'refused'
            when is_exchanged then 'exchanged'
            when is_credited then 'credited'
            when refunds > 0 and refunds < 0.95 * asked then 'refunded_in_part'
            when refunds > 0 then 'refunded'
            else 'waiting'
        end as outcome,
        case
            when refunds > 0 or is_refused or is_exchanged or is_credited
                then greatest(coalesce(refunded_at, ended_at), requested_at)
            else requested_at + interval 30 day
        end as ended_at
    from firsts
),

events as (
    select
        *,
        case
            when outcome = 'waiting' then 'over 30'
            when ended_at < requested_at + interval 4 day then '0 to 3'
            when ended_at < requested_at + interval 8 day then '4 to 7'
            when ended_at < requested_at + interval 15 day then '8 to 14'
            when ended_at < requested_at + interval 31 day then '15 to 30'
            else 'over 30'
        end as days_to_end
    from outcomes
    where ended_at <= getvariable('as_of')
),

-- A shopper's orders are one list, which is looked through in place: nobody's orders are joined to anything.
bought as (
    select
        customer_id,
        list(ordered_at order by ordered_at) as order_times
    from core.orders
    where customer_id is not null
    group by customer_id
),

followed as (
    select
        events.outcome,
        events.days_to_end,
        events.ended_at,
        events.ended_at + interval 90 day <= getvariable('as_of') as is_followed,
        list_filter(bought.order_times, lambda ordered_at: ordered_at <= events.requested_at) as earlier,
        coalesce(len(earlier), 0) as n_orders,
        list_extract(earlier, -1) as last_ordered_at,
        coalesce(
            len(
                list_filter(
                    bought.order_times,
                    lambda again_at: again_at > events.ended_at and again_at <= events.ended_at + interval 90 day
                )
            ) > 0,
            false
        ) as is_back
    from events
    left join bought on events.customer_id = bought.customer_id
),

lag_days as (
    select quantile_disc(date_diff('day', last_ordered_at, ended_at), 0.5)::bigint as days
    from followed
),

placed as (
    select
        customer_id,
        order_times,
        unnest([1, 2, 3, 6]) as place,
        list_extract(order_times, place) as ordered_at
    from bought
),

-- A shopper without a return is watched from the first order of each band, as long after it as a return takes to end.
watched as (
    select
        placed.place,
        placed.ordered_at,
        placed.order_times,
        placed.ordered_at + to_days(lag_days.days::integer) as ended_at
    from placed
    cross join lag_days
    left join firsts on placed.customer_id = firsts.customer_id
    where
        placed.ordered_at + to_days(lag_days.days::integer) + interval 90 day <= getvariable('as_of')
        and coalesce(firsts.requested_at > placed.ordered_at + to_days(lag_days.days::integer), true)
),

others as (
    select
        place,
        date_trunc('month', ordered_at)::date as month,
        len(
            list_filter(
                order_times,
                lambda again_at: again_at > ended_at and again_at <= ended_at + interval 90 day
            )
        ) > 0 as is_back
    from watched
),

band_rates as (
    select
        place,
        count(*) filter (where is_back) / count(*) as rate
    from others
    group by place
),

other_rates as (
    select
        others.place,
        others.month,
        (count(*) filter (where others.is_back) + 20 * any_value(band_rates.rate)) / (count(*) + 20) as rate
    from others
    inner join band_rates on others.place = band_rates.place
    group by others.place, others.month
),

banded as (
    select
        *,
        case when n_orders >= 6 then 6 when n_orders >= 3 then 3 else n_orders end as place,
        date_trunc('month', last_ordered_at)::date as month
    from followed
),

compared as (
    select
        banded.outcome,
        banded.days_to_end,
        banded.is_followed,
        banded.is_back,
        coalesce(other_rates.rate, band_rates.rate)::decimal(18, 10) as other_rate
    from banded
    left join other_rates on banded.place = other_rates.place and banded.month = other_rates.month
    left join band_rates on banded.place = band_rates.place
),

figures as (
    select
        coalesce(outcome, 'all') as outcome,
        coalesce(days_to_end, 'all') as days_to_end,
        count(*) as n_shoppers,
        count(*) filter (where is_followed) as n_followed,
        count(*) filter (where is_followed and is_back) as n_back,
        count(other_rate) filter (where is_followed) as n_compared,
        count(*) filter (where is_followed and is_back and other_rate is not null) as n_back_compared,
        sum(other_rate) filter (where is_followed)::double as expected
    from compared
    group by grouping sets ((outcome, days_to_end), (outcome), ())
    having count(*) > 0
),

rates as (
    select
        *,
        n_back / nullif(n_followed, 0)::double as rate,
        expected / nullif(n_compared, 0) as matched_rate
    from figures
)

select
    outcome,
    days_to_end,
    n_shoppers,
    n_shoppers - n_followed as n_too_recent,
    n_followed,
    n_back,
    rate,
    (
        rate + 1.920729 / n_followed
        - 1.959964 * sqrt(rate * (1 - rate) / n_followed + 0.960365 / (n_followed * n_followed))
    ) / (1 + 3.841459 / n_followed) as rate_low,
    (
        rate + 1.920729 / n_followed
        + 1.959964 * sqrt(rate * (1 - rate) / n_followed + 0.960365 / (n_followed * n_followed))
    ) / (1 + 3.841459 / n_followed) as rate_high,
    n_compared,
    matched_rate,
    n_back_compared / nullif(n_compared, 0)::double - matched_rate as difference,
    case
        when n_followed > 0 then (n_back + 20 * matched_rate) / (n_followed + 20)
    end as shrunken_rate,
    n_followed < 30 as is_small
from rates
order by outcome, days_to_end
