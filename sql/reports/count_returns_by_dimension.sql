-- One row a basis, measure, dimension, value and period: what was sold and what of it came back. Order lines, and what
-- came back of them, are summed up twice, by the broad dimensions and month and by the narrow ones; the rest adds up
-- from those cells. Ten million lines are joined to orders that tell where and by whom they were placed by a number and
-- a boolean: texts would be most of what the join holds. Money is counted in cents; what fits is rounded to them in 18
-- digits, which is by far the cheaper.
with shoppers as (
    select
        customer_id,
        min(ordered_at) as first_at
    from core.orders
    where customer_id is not null
    group by customer_id
),

places as (
    select
        channel,
        country,
        row_number() over () as place
    from (
        select distinct
            channel,
            ship_country as country
        from core.orders
    ) as told
),

placed as (
    select
        orders.order_id,
        places.place,
        date_trunc('month', orders.ordered_at)::date as month,
        orders.ordered_at::date as ordered_on,
        orders.ordered_at = shoppers.first_at as is_first
    from core.orders as orders
    inner join places
        on
            orders.channel is not distinct from places.channel
            and orders.ship_country is not distinct from places.country
    left join shoppers on orders.customer_id = shoppers.customer_id
),

shopper_kinds as (
    select unnest([
        { 'is_first': null::boolean, 'shopper': '(not given)' },
        { 'is_first': true, 'shopper': 'new' },
        { 'is_first': false, 'shopper': 'returning' }
    ]) as kind
),

-- What the number and the boolean stand for; both are null where the order is not known.
cells as (
    select
        places.place,
        shopper_kinds.kind['is_first'] as is_first,
        coalesce(places.channel, '(not given)') as channel,
        coalesce(places.country, '(not given)') as country,
        shopper_kinds.kind['shopper'] as shopper
    from places
    cross join shopper_kinds
    union all
    select
        null as place,
        null as is_first,
        '(not given)' as channel,
        '(not given)' as country,
        '(not given)' as shopper
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

-- Held: one thread alone reads a table that was made in the same transaction, and all work on what is held.
returned_lines as materialized (
    select
        rma_id,
        rma_line_id,
        order_id,
        sku,
        coalesce(category, '(not given)') as category,
        coalesce(style_id, '(not given)') as style,
        coalesce(size, '(not given)') as size,
        coalesce(color, '(not given)') as color,
        coalesce(supplier_id, '(not given)') as supplier,
        reason,
        requested_at,
        quantity,
        requested_amount
    from report.report_return_lines
    where is_returned
),

-- Lines by the orders that they were matched to, and all lines by the orders that they name.
claims as not materialized (
    select
        'order_cohort' as basis,
        null::date as month,
        rma_matches.order_id,
        lines.sku,
        lines.category,
        lines.style,
        lines.size,
        lines.color,
        lines.supplier,
        lines.reason,
        rma_matches.quantity as units,
        coalesce(
            try_cast(100 * rma_matches.paid_amount as decimal(18, 4))::bigint,
            (100 * rma_matches.paid_amount)::bigint,
            0
        ) as cents
    from returned_lines as lines
    inner join core.rma_matches as rma_matches
        on lines.rma_id = rma_matches.rma_id and lines.rma_line_id = rma_matches.rma_line_id
    union all
    select
        'return_date' as basis,
        date_trunc('month', requested_at)::date as month,
        order_id,
        sku,
        category,
        style,
        size,
        color,
        supplier,
        reason,
        quantity as units,
        coalesce(try_cast(100 * requested_amount as decimal(18, 4))::bigint, (100 * requested_amount)::bigint, 0)
            as cents
    from returned_lines
),

-- Joined to orders once for both bases: to hold the orders takes as long as to look the lines up in them.
returns as materialized (
    select
        claims.* exclude (month),
        coalesce(claims.month, placed.month) as month,
        placed.place,
        placed.is_first
    from claims
    left join placed on claims.order_id = placed.order_id
    where claims.basis = 'return_date' or placed.order_id is not null
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
        placed.place,
        placed.is_first,
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
        broad.month,
        unnest([
            { 'dimension': 'total', 'value': 'all', 'parent': null::varchar },
            { 'dimension': 'category', 'value': broad.category, 'parent': null::varchar },
            { 'dimension': 'channel', 'value': cells.channel, 'parent': null::varchar },
            { 'dimension': 'country', 'value': cells.country, 'parent': null::varchar },
            { 'dimension': 'shopper', 'value': cells.shopper, 'parent': null::varchar }
        ]) as cell,
        broad.* exclude (month, category, place, is_first)
    from broad
    inner join cells
        on broad.place is not distinct from cells.place and broad.is_first is not distinct from cells.is_first
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

returned_cells as (
    select
        grouping(sku) = 1 as is_broad,
        basis,
        month,
        category,
        place,
        is_first,
        reason,
        sku,
        style,
        size,
        color,
        supplier,
        sum(units) as units,
        sum(cents) as cents
    from returns
    group by
        grouping sets (
            (basis, month, category, place, is_first, reason), (basis, sku, style, size, color, supplier)
        )
),

returned_values as (
    select
        returned_cells.basis,
        returned_cells.month,
        returned_cells.units,
        returned_cells.cents,
        unnest([
            { 'dimension': 'total', 'value': 'all' },
            { 'dimension': 'category', 'value': returned_cells.category },
            { 'dimension': 'channel', 'value': cells.channel },
            { 'dimension': 'country', 'value': cells.country },
            { 'dimension': 'shopper', 'value': cells.shopper },
            { 'dimension': 'reason', 'value': returned_cells.reason }
        ]) as cell
    from returned_cells
    inner join cells
        on
            returned_cells.place is not distinct from cells.place
            and returned_cells.is_first is not distinct from cells.is_first
    where returned_cells.is_broad
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
        placed.place,
        placed.is_first,
        count(*) as orders,
        sum(ripe.share) as orders_due,
        0 as orders_back
    from placed
    inner join ripe on placed.ordered_on = ripe.ordered_on and ripe.category = '(all)'
    group by all
    union all
    select
        basis,
        month,
        place,
        is_first,
        0 as orders,
        0 as orders_due,
        count(distinct order_id) as orders_back
    from returns
    group by all
),

order_values as (
    select
        order_cells.basis,
        order_cells.month,
        order_cells.orders,
        order_cells.orders_due,
        order_cells.orders_back,
        unnest([
            { 'dimension': 'total', 'value': 'all' },
            { 'dimension': 'channel', 'value': cells.channel },
            { 'dimension': 'country', 'value': cells.country },
            { 'dimension': 'shopper', 'value': cells.shopper }
        ]) as cell
    from order_cells
    inner join cells
        on
            order_cells.place is not distinct from cells.place
            and order_cells.is_first is not distinct from cells.is_first
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
