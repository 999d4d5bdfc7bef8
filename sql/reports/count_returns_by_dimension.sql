-- One row a basis, measure, dimension, value and period: what was sold and what of it came back. Order lines, and what
-- came back of them, are summed up twice, by the broad dimensions and month and by the narrow ones; the rest adds up
-- from those cells. Money is counted in cents; what fits is rounded to them in 18 digits, which is by far the cheaper.
with shoppers as (
    select
        customer_id,
        min(ordered_at) as first_at
    from core.orders
    where customer_id is not null
    group by customer_id
),

placed as (
    select
        orders.order_id,
        date_trunc('month', orders.ordered_at)::date as month,
        orders.ordered_at::date as ordered_on,
        coalesce(orders.channel, '(not given)') as channel,
        coalesce(orders.ship_country, '(not given)') as country,
        case
            when orders.customer_id is null then '(not given)'
            when orders.ordered_at = shoppers.first_at then 'new'
            else 'returning'
        end as shopper
    from core.orders as orders
    left join shoppers on orders.customer_id = shoppers.customer_id
),

-- How much of what comes back has come, in millionths, by category and day of the order. On average a line is half a
-- day short of its whole days.
sold_days as (
    select distinct
        coalesce(category, '(not given)') as category,
        ordered_at::date as ordered_on
    from core.order_lines
    where ordered_at is not null
    union
    select distinct
        '(all)' as category,
        ordered_on
    from placed
),

own_delays as (
    select distinct category
    from report.report_return_delays
),

aged as (
    select
        sold_days.category,
        sold_days.ordered_on,
        coalesce(own.category, '(all)') as delays_of,
        date_diff('day', sold_days.ordered_on, getvariable('as_of')::timestamp) as age
    from sold_days
    left join own_delays as own on sold_days.category = own.category
),

has_delays as (
    select count(*) > 0 as is_known
    from report.report_return_delays
),

ripe as (
    select
        aged.category,
        aged.ordered_on,
        case
            when has_delays.is_known
                then (500000 * (coalesce(today.share_returned, 0) + coalesce(yesterday.share_returned, 0)))::bigint
            else 1000000
        end as share
    from aged
    cross join has_delays
    asof left join report.report_return_delays as today
        on aged.delays_of = today.category and aged.age >= today.day
    asof left join report.report_return_delays as yesterday
        on aged.delays_of = yesterday.category and aged.age - 1 >= yesterday.day
),

matches as (
    select
        rma_matches.order_id,
        lines.sku,
        coalesce(lines.category, '(not given)') as category,
        coalesce(lines.style_id, '(not given)') as style,
        coalesce(lines.size, '(not given)') as size,
        coalesce(lines.color, '(not given)') as color,
        coalesce(lines.supplier_id, '(not given)') as supplier,
        lines.reason,
        placed.month,
        placed.channel,
        placed.country,
        placed.shopper,
        rma_matches.quantity as units,
        coalesce(
            try_cast(100 * rma_matches.paid_amount as decimal(18, 4))::bigint,
            (100 * rma_matches.paid_amount)::bigint,
            0
        ) as cents
    from core.rma_matches as rma_matches
    inner join report.report_return_lines as lines
        on rma_matches.rma_id = lines.rma_id and rma_matches.rma_line_id = lines.rma_line_id
    inner join placed on rma_matches.order_id = placed.order_id
    where lines.is_returned
),

requests as (
    select
        lines.order_id,
        lines.sku,
        coalesce(lines.category, '(not given)') as category,
        coalesce(lines.style_id, '(not given)') as style,
        coalesce(lines.size, '(not given)') as size,
        coalesce(lines.color, '(not given)') as color,
        coalesce(lines.supplier_id, '(not given)') as supplier,
        lines.reason,
        date_trunc('month', lines.requested_at)::date as month,
        coalesce(lines.channel, '(not given)') as channel,
        coalesce(lines.country, '(not given)') as country,
        coalesce(placed.shopper, '(not given)') as shopper,
        lines.quantity as units,
        coalesce(
            try_cast(100 * lines.requested_amount as decimal(18, 4))::bigint, (100 * lines.requested_amount)::bigint, 0
        ) as cents
    from report.report_return_lines as lines
    left join placed on lines.order_id = placed.order_id
    where lines.is_returned
),

-- Read anew for each of the two sums: to keep ten million lines for both would take more than to read them.
sold_lines as not materialized (
    select
        lines.order_id,
        lines.sku,
        coalesce(lines.category, '(not given)') as category,
        lines.style_id,
        coalesce(lines.size, '(not given)') as size,
        coalesce(lines.color, '(not given)') as color,
        lines.quantity as units,
        coalesce(
            try_cast(100 * lines.line_amount as decimal(18, 4))::bigint, (100 * lines.line_amount)::bigint, 0
        ) as cents,
        least(cents, 2000000000) as clipped,
        ripe.share
    from core.order_lines as lines
    inner join ripe
        on coalesce(lines.category, '(not given)') = ripe.category and lines.ordered_at::date = ripe.ordered_on
),

broad as materialized (
    select
        placed.month,
        placed.channel,
        placed.country,
        placed.shopper,
        lines.category,
        sum(lines.units) as units,
        sum(lines.units * lines.units) as units_squared,
        sum(lines.units * lines.share) as units_due,
        sum(lines.cents) as cents,
        sum(lines.clipped * lines.clipped) as cents_squared,
        sum(lines.cents * lines.share) as cents_due
    from sold_lines as lines
    inner join placed on lines.order_id = placed.order_id
    group by all
),

narrow as materialized (
    select
        sku,
        category,
        style_id,
        size,
        color,
        sum(units) as units,
        sum(units * units) as units_squared,
        sum(units * share) as units_due,
        sum(cents) as cents,
        sum(clipped * clipped) as cents_squared,
        sum(cents * share) as cents_due
    from sold_lines
    group by all
),

sold_values as (
    select
        month,
        unnest([
            { 'dimension': 'total', 'value': 'all', 'parent': null::varchar },
            { 'dimension': 'category', 'value': category, 'parent': null::varchar },
            { 'dimension': 'channel', 'value': channel, 'parent': null::varchar },
            { 'dimension': 'country', 'value': country, 'parent': null::varchar },
            { 'dimension': 'shopper', 'value': shopper, 'parent': null::varchar }
        ]) as cell,
        * exclude (month, category, channel, country, shopper)
    from broad
    union all
    select
        null::date as month,
        unnest([
            { 'dimension': 'sku', 'value': narrow.sku, 'parent': narrow.category },
            {
                'dimension': 'style',
                'value': coalesce(narrow.style_id, products.style_id, '(not given)'),
                'parent': narrow.category
            },
            { 'dimension': 'size', 'value': narrow.size, 'parent': null::varchar },
            { 'dimension': 'color', 'value': narrow.color, 'parent': null::varchar },
            {
                'dimension': 'supplier',
                'value': coalesce(products.supplier_id, '(not given)'),
                'parent': null::varchar
            }
        ]) as cell,
        narrow.* exclude (sku, category, style_id, size, color)
    from narrow
    left join core.products as products on narrow.sku = products.sku
),

sold as (
    select
        month,
        cell['dimension'] as dimension,
        cell['value'] as value,
        min(cell['parent']) as parent,
        sum(columns('^(units|cents)'))
    from sold_values
    group by grouping sets ((dimension, value), (dimension, value, month))
    having grouping(month) = 1 or month is not null
),

returned_lines as not materialized (
    select
        'order_cohort' as basis,
        * exclude (order_id)
    from matches
    union all
    select
        'return_date' as basis,
        * exclude (order_id)
    from requests
),

returned_cells as (
    select
        grouping(sku) = 1 as is_broad,
        basis,
        month,
        category,
        channel,
        country,
        shopper,
        reason,
        sku,
        style,
        size,
        color,
        supplier,
        sum(units) as units,
        sum(cents) as cents
    from returned_lines
    group by
        grouping sets (
            (basis, month, category, channel, country, shopper, reason), (basis, sku, style, size, color, supplier)
        )
),

returned_values as (
    select
        basis,
        month,
        units,
        cents,
        unnest([
            { 'dimension': 'total', 'value': 'all' },
            { 'dimension': 'category', 'value': category },
            { 'dimension': 'channel', 'value': channel },
            { 'dimension': 'country', 'value': country },
            { 'dimension': 'shopper', 'value': shopper },
            { 'dimension': 'reason', 'value': reason }
        ]) as cell
    from returned_cells
    where is_broad
    union all
    select
        basis,
        null::date as month,
        units,
        cents,
        unnest([
            { 'dimension': 'sku', 'value': sku },
            { 'dimension': 'style', 'value': style },
            { 'dimension': 'size', 'value': size },
            { 'dimension': 'color', 'value': color },
            { 'dimension': 'supplier', 'value': supplier }
        ]) as cell
    from returned_cells
    where not is_broad
),

returned as (
    select
        basis,
        month,
        cell['dimension'] as dimension,
        cell['value'] as value,
        sum(units) as units_back,
        sum(cents) as cents_back
    from returned_values
    group by grouping sets ((basis, dimension, value), (basis, dimension, value, month))
    having grouping(month) = 1 or month is not null
),

bases as (
    select unnest(['order_cohort', 'return_date']) as basis
),

order_cells as (
    select
        'order_cohort' as basis,
        placed.month,
        placed.channel,
        placed.country,
        placed.shopper,
        count(*) as orders,
        sum(ripe.share) as orders_due,
        0 as orders_back
    from placed
    inner join ripe on placed.ordered_on = ripe.ordered_on and ripe.category = '(all)'
    group by all
    union all
    select
        'order_cohort' as basis,
        month,
        channel,
        country,
        shopper,
        0 as orders,
        0 as orders_due,
        count(distinct order_id) as orders_back
    from matches
    group by all
    union all
    select
        'return_date' as basis,
        month,
        channel,
        country,
        shopper,
        0 as orders,
        0 as orders_due,
        count(distinct order_id) as orders_back
    from requests
    group by all
),

order_values as (
    select
        basis,
        month,
        orders,
        orders_due,
        orders_back,
        unnest([
            { 'dimension': 'total', 'value': 'all' },
            { 'dimension': 'channel', 'value': channel },
            { 'dimension': 'country', 'value': country },
            { 'dimension': 'shopper', 'value': shopper }
        ]) as cell
    from order_cells
),

orders as (
    select
        basis,
        month,
        cell['dimension'] as dimension,
        cell['value'] as value,
        sum(orders) as orders,
        sum(orders_due) as orders_due,
        sum(orders_back) as orders_back
    from order_values
    group by grouping sets ((basis, dimension, value), (basis, dimension, value, month))
    having grouping(month) = 1 or month is not null
),

-- Whatever is a reason for, all that was sold could have come back for it.
offered as (
    select
        bases.basis,
        sold.*
    from sold
    cross join bases
    union all by name
    select
        returned.basis,
        returned.dimension,
        returned.value,
        sold.* exclude (dimension, value)
    from returned
    inner join sold
        on sold.dimension = 'total' and returned.month is not distinct from sold.month
    where returned.dimension = 'reason'
),

counted as (
    select
        coalesce(offered.basis, returned.basis) as basis,
        coalesce(offered.dimension, returned.dimension) as dimension,
        coalesce(offered.value, returned.value) as value,
        coalesce(offered.month, returned.month) as month,
        offered.parent,
        unnest([
            {
                'measure': 'units',
                'sold': coalesce(offered.units, 0)::decimal(18, 4),
                'returned': coalesce(returned.units_back, 0)::decimal(18, 4),
                'due': coalesce(offered.units_due, 0)::double / 1000000,
                'squares': coalesce(offered.units_squared, 0)::double
            },
            {
                'measure': 'value',
                'sold': (coalesce(offered.cents, 0) * 0.01::decimal(3, 2))::decimal(18, 4),
                'returned': (coalesce(returned.cents_back, 0) * 0.01::decimal(3, 2))::decimal(18, 4),
                'due': coalesce(offered.cents_due, 0)::double / 100000000,
                'squares': coalesce(offered.cents_squared, 0)::double / 10000
            }
        ]) as figure
    from offered
    full outer join returned
        on
            offered.basis = returned.basis
            and offered.dimension = returned.dimension
            and offered.value = returned.value
            and offered.month is not distinct from returned.month
    union all
    select
        bases.basis,
        placed_orders.dimension,
        placed_orders.value,
        placed_orders.month,
        null::varchar as parent,
        {
            'measure': 'orders',
            'sold': placed_orders.orders::decimal(18, 4),
            'returned': coalesce(back.orders_back, 0)::decimal(18, 4),
            'due': placed_orders.orders_due::double / 1000000,
            'squares': placed_orders.orders::double
        } as figure
    from orders as placed_orders
    cross join bases
    left join orders as back
        on
            bases.basis = back.basis
            and placed_orders.dimension = back.dimension
            and placed_orders.value = back.value
            and placed_orders.month is not distinct from back.month
    where placed_orders.basis = 'order_cohort'
)

select
    basis,
    figure['measure'] as measure,
    dimension,
    value,
    month,
    parent,
    figure['sold'] as sold,
    figure['returned'] as returned,
    if(basis = 'order_cohort', figure['due'], figure['sold']::double) as due,
    figure['squares'] / nullif(figure['sold']::double, 0) as usual_size
from counted
order by basis, measure, dimension, value, month nulls first
