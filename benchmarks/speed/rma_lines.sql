-- The compared columns of core.rma_lines, straight from a made-up shop's exports (in getvariable('exports')).
select
    returns.rma_id,
    returns.customer_id,
    cast(returns.requested_at as timestamp) as requested_at,
    cast(returns.quantity * lines.unit_price as decimal(18, 4)) as requested_amount,
    returns.refund_amount,
    cast(returns.refunded_at as timestamp) as refunded_at
from read_csv(getvariable('exports') || '/returns_*.csv', types = {'refund_amount': 'decimal(18, 4)'}) as returns
left join
    read_csv(
        getvariable('exports') || '/order_lines_*.csv.gz', types = {'unit_price': 'decimal(18, 4)'}
    ) as lines
    on returns.order_id = lines.order_id and returns.line_id = lines.line_id
