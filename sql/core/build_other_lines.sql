-- Lines that are neither sales nor returns of goods (postage, manual corrections, fees, bad debt): never RMAs.
with span as (
    select
        min(rate_on) as first_on,
        max(rate_on) as last_on
    from core.exchange_rates
)

select
    d.order_id,
    d.line_id,
    d.customer_id,
    d.sku,
    d.kind,
    d.quantity,
    cast(d.amount * x.fx_rate as decimal(18, 4)) as amount,
    d.occurred_at,
    d.source
from delivered_other_lines as d
cross join span as s
-- what was cancelled before it had a price names no currency, and must not be lost for it
inner join core.exchange_rates as x
    on
        coalesce(d.currency, getvariable('reporting_currency')) = x.currency
        and least(greatest(cast(d.occurred_at as date), s.first_on), s.last_on) = x.rate_on
where d.occurred_at <= getvariable('cut_at')
order by d.order_id, d.line_id
