-- One row a store: what it took back, at what cost, and how often outside the rules.
with stores as (
    select
        store_id,
        count(*) as n_lines,
        count(distinct rma_id) as n_rmas,
        count(*) filter (where is_returned) as returned_lines,
        coalesce(sum(quantity) filter (where is_returned), 0)::bigint as returned_units,
        sum(refunds)::decimal(18, 4) as refunds,
        sum(cost)::decimal(18, 4) as cost,
        count(*) filter (where refunds > 0) as n_refunds,
        count(*) filter (where refunds > 0 and refund_method = 'cash') as n_cash,
        count(*) filter (where refunds > 0 and not is_matched) as n_without_purchase,
        count(*) filter (where refunds > 0 and is_matched and refunds > requested_amount) as n_above_price,
        count(*) filter (where condition_grade is not null) as n_graded,
        count(*) filter (where condition_grade = 'A') as n_grade_a,
        quantile_disc(epoch_us(refunded_at) - epoch_us(requested_at), 0.5) filter (
            where refunded_at >= requested_at
        )::double / 86400000000 as p50_days_to_refund
    from report.report_return_steps
    where store_id is not null
    group by store_id
),

shop as (
    select
        sum(n_cash)::double / nullif(sum(n_refunds), 0)::double as cash_rate,
        sum(n_grade_a)::double / nullif(sum(n_graded), 0)::double as grade_a_rate
    from stores
)

select
    stores.store_id,
    stores.n_lines,
    stores.n_rmas,
    stores.returned_lines,
    stores.returned_units,
    stores.refunds,
    stores.cost,
    round(stores.cost / nullif(stores.returned_lines, 0), 4)::decimal(18, 4) as cost_per_line,
    stores.n_refunds,
    stores.n_cash,
    case
        when stores.n_refunds > 0 then (stores.n_cash + 50 * shop.cash_rate) / (stores.n_refunds + 50)
    end as cash_share_shrunken,
    stores.n_without_purchase,
    stores.n_above_price,
    stores.n_graded,
    case
        when stores.n_graded > 0 then (stores.n_grade_a + 50 * shop.grade_a_rate) / (stores.n_graded + 50)
    end as grade_a_share_shrunken,
    stores.p50_days_to_refund,
    stores.n_refunds < 30 as is_small
from stores
cross join shop
order by stores.store_id
