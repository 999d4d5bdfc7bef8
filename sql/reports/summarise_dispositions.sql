-- What became of the goods that arrived: grade by disposition, what was recovered of them and how fast.
with arrived as (
    select
        coalesce(condition_grade, '(not given)') as condition_grade,
        case restocked when true then 'restocked' when false then 'not_restocked' else '(not given)' end as disposition,
        received_units,
        refunds,
        refurbish,
        write_off,
        resale,
        is_settled,
        case
            when restocked and coalesce(inspected_at, closed_at) >= received_at
                then epoch_us(coalesce(inspected_at, closed_at)) - epoch_us(received_at)
        end as restock_us
    from report.report_return_steps
    where has_arrived
),

figures as (
    select
        condition_grade,
        disposition,
        count(*) as n_lines,
        sum(received_units)::bigint as n_units,
        sum(refunds)::decimal(18, 4) as refunds,
        sum(-resale)::decimal(18, 4) as goods_value,
        sum(case when resale < 0 then write_off else 0 end)::decimal(18, 4) as written_off_refunded,
        sum(write_off)::decimal(18, 4) as write_off,
        sum(refurbish)::decimal(18, 4) as refurbish,
        count(*) filter (where not is_settled) as n_unsettled,
        sum(case when resale < 0 then refurbish else 0 end)::decimal(18, 4) as refurbish_refunded,
        count(restock_us) as n_restock_dated,
        quantile_disc(restock_us, 0.5)::double / 86400000000 as p50_days_to_restock,
        quantile_disc(restock_us, 0.9)::double / 86400000000 as p90_days_to_restock,
        sum(restock_us)::double / nullif(count(restock_us), 0)::double / 86400000000 as mean_days_to_restock
    from arrived
    group by condition_grade, disposition
)

select
    condition_grade,
    disposition,
    n_lines,
    n_units,
    n_lines::double / (sum(n_lines) over ())::double as line_share,
    n_unsettled,
    refunds,
    goods_value,
    write_off,
    refurbish,
    (goods_value - written_off_refunded - refurbish_refunded)::decimal(18, 4) as recovered,
    (goods_value - written_off_refunded - refurbish_refunded)::double / nullif(goods_value, 0)::double
        as recovery_share,
    (goods_value - written_off_refunded - refurbish_refunded)::double / nullif(refunds, 0)::double
        as recovery_of_refunds,
    n_restock_dated,
    p50_days_to_restock,
    p90_days_to_restock,
    mean_days_to_restock,
    n_lines < 30 as is_small
from figures
order by condition_grade, disposition
