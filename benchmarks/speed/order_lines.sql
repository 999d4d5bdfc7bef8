-- The compared columns of core.order_lines, straight from a made-up shop's exports (in getvariable('exports')).
select
    orders.customer_id,
    orders.order_id,
    cast(orders.ordered_at as timestamp) as ordered_at,
    cast(lines.quantity * lines.unit_price as decimal(18, 4)) as line_amount
from
    read_csv(
        getvariable('exports') || '/order_lines_*.csv.gz', types = {'unit_price': 'decimal(18, 4)'}
    ) as lines
inner join read_csv(getvariable('exports') || '/orders_*.csv') as orders on lines.order_id = orders.order_id
