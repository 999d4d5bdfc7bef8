-- Lines that are neither sales nor returns of goods (postage, manual corrections, fees, bad debt): never RMAs.
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
inner join core.exchange_rates as x on d.currency = x.currency
where d.occurred_at <= getvariable('cut_at')
order by d.order_id, d.line_id
