-- When money goes back: how long after the request and the receipt, and how much of it before the goods came.
with refunds as (
    select
        strftime(refunded_at, '%Y-%m') as month,
        coalesce(refund_method, '(not given)') as refund_method,
        coalesce(return_method, '(not given)') as return_method,
        refunds as amount,
        expects_goods,
        has_arrived,
        received_at,
        expects_goods
        and (not has_arrived or received_at > refunded_at) as is_before_receipt,
        refunded_at <= getvariable('as_of')::timestamp - interval 30 day as is_mature,
        case when refunded_at >= requested_at then epoch_us(refunded_at) - epoch_us(requested_at) end as request_us,
        case when refunded_at >= received_at then epoch_us(refunded_at) - epoch_us(received_at) end as receipt_us
    from report.report_return_steps
    where refunds > 0
),

figures as (
    select
        case grouping(month, refund_method, return_method)
            when 7 then 'all'
            when 3 then 'month'
            when 5 then 'refund_method'
            when 6 then 'return_method'
        end as dimension,
        case
            when grouping(month) = 0 then coalesce(month, '(no date)')
            else coalesce(refund_method, return_method, '(all)')
        end as value,
        count(*) as n_refunds,
        sum(amount)::decimal(18, 4) as amount,
        count(*) filter (where not expects_goods) as n_without_goods,
        coalesce(sum(amount) filter (where not expects_goods), 0)::decimal(18, 4) as amount_without_goods,
        count(*) filter (where is_before_receipt) as n_before_receipt,
        coalesce(sum(amount) filter (where is_before_receipt), 0)::decimal(18, 4) as amount_before_receipt,
        count(*) filter (where is_before_receipt and is_mature) as n_before_receipt_mature,
        count(*) filter (where is_before_receipt and is_mature and not has_arrived) as n_never_arrived,
        coalesce(sum(amount) filter (where is_before_receipt and is_mature and not has_arrived), 0)::decimal(18, 4)
            as amount_never_arrived,
        sum(request_us)::double / nullif(count(request_us), 0)::double / 86400000000 as mean_days_from_request,
        quantile_disc(request_us, 0.5)::double / 86400000000 as p50_days_from_request,
        quantile_disc(request_us, 0.9)::double / 86400000000 as p90_days_from_request,
        count(receipt_us) as n_after_receipt_dated,
        quantile_disc(receipt_us, 0.5)::double / 86400000000 as p50_days_from_receipt,
        quantile_disc(receipt_us, 0.9)::double / 86400000000 as p90_days_from_receipt
    from refunds
    group by grouping sets ((), (month), (refund_method), (return_method))
)

select
    dimension,
    value,
    n_refunds,
    amount,
    n_without_goods,
    amount_without_goods,
    n_before_receipt,
    amount_before_receipt,
    n_before_receipt::double / nullif(n_refunds - n_without_goods, 0)::double as before_receipt_share,
    n_before_receipt_mature,
    n_never_arrived,
    amount_never_arrived,
    n_never_arrived::double / nullif(n_before_receipt_mature, 0)::double as never_arrived_share,
    mean_days_from_request,
    p50_days_from_request,
    p90_days_from_request,
    n_after_receipt_dated,
    p50_days_from_receipt,
    p90_days_from_receipt,
    n_refunds < 30 as is_small
from figures
where n_refunds > 0
order by dimension, value
