-- One row a SKU, style, supplier or lot and signal: how many sold lines came back for it, and how many of its
-- category would have.
-- What is expected is the category's rate in the months of sale, reckoned without the subject itself, so that young
-- sales and seasons do not deceive.
with goods as (
    select
        sku,
        product_name,
        coalesce(category, '(not given)') as category,
        style_id,
        supplier_id
    from core.products
),

sold as (
    select
        sku,
        date_trunc('month', ordered_at)::date as sold_month,
        count(*) as n_sold
    from core.order_lines
    where ordered_at is not null
    group by sku, date_trunc('month', ordered_at)::date
),

counts as (
    select
        sku,
        sold_month,
        signal,
        sum(n_lines)::bigint as n_lines,
        sum(cost)::decimal(18, 4) as cost
    from report.product_claims
    group by sku, sold_month, signal
),

stock as (
    select
        sold.*,
        goods.category,
        goods.style_id,
        goods.supplier_id,
        { 'category': goods.category, 'sold_month': sold.sold_month } as cell
    from sold
    inner join goods on sold.sku = goods.sku
),

cell_sold as (
    select
        cell,
        sum(n_sold) as n_sold
    from stock
    group by cell
),

cell_counts as (
    select
        { 'category': goods.category, 'sold_month': counts.sold_month } as cell,
        counts.signal,
        sum(counts.n_lines) as n_lines
    from counts
    inner join goods on counts.sku = goods.sku
    group by goods.category, counts.sold_month, counts.signal
),

category_totals as (
    select
        cell['category'] as category,
        signal,
        sum(n_lines) as n_lines
    from cell_counts
    group by cell['category'], signal
),

cell_signals as (
    select
        cell_counts.cell,
        cell_counts.signal,
        cell_counts.n_lines / cell_sold.n_sold as rate
    from cell_counts
    inner join cell_sold on cell_counts.cell = cell_sold.cell
),

cell_rates as (
    select
        cell,
        sum(rate) filter (where signal = 'any_reason') as any_reason,
        sum(rate) filter (where signal = 'defect') as defect,
        sum(rate) filter (where signal = 'not_as_described') as not_as_described,
        sum(rate) filter (where signal = 'too_small') as too_small,
        sum(rate) filter (where signal = 'too_large') as too_large,
        sum(rate) filter (where signal = 'wrong_size') as wrong_size,
        sum(rate) filter (where signal = 'damaged') as damaged,
        sum(rate) filter (where signal = 'wrong_item') as wrong_item
    from cell_signals
    group by cell
),

-- Expectations are summed as decimals: sums of floats would depend on the order of the rows.
expectations as (
    select
        stock.sku,
        sum(stock.n_sold) as n_sold,
        sum((stock.n_sold * coalesce(cell_rates.any_reason, 0))::decimal(24, 10)) as any_reason,
        sum((stock.n_sold * coalesce(cell_rates.defect, 0))::decimal(24, 10)) as defect,
        sum((stock.n_sold * coalesce(cell_rates.not_as_described, 0))::decimal(24, 10)) as not_as_described,
        sum((stock.n_sold * coalesce(cell_rates.too_small, 0))::decimal(24, 10)) as too_small,
        sum((stock.n_sold * coalesce(cell_rates.too_large, 0))::decimal(24, 10)) as too_large,
        sum((stock.n_sold * coalesce(cell_rates.wrong_size, 0))::decimal(24, 10)) as wrong_size,
        sum((stock.n_sold * coalesce(cell_rates.damaged, 0))::decimal(24, 10)) as damaged,
        sum((stock.n_sold * coalesce(cell_rates.wrong_item, 0))::decimal(24, 10)) as wrong_item
    from stock
    inner join cell_rates on stock.cell = cell_rates.cell
    group by stock.sku
),

expected as (
    select
        sku,
        unnest([
            { 'signal': 'any_reason', 'expected': any_reason },
            { 'signal': 'defect', 'expected': defect },
            { 'signal': 'not_as_described', 'expected': not_as_described },
            { 'signal': 'too_small', 'expected': too_small },
            { 'signal': 'too_large', 'expected': too_large },
            { 'signal': 'wrong_size', 'expected': wrong_size },
            { 'signal': 'damaged', 'expected': damaged },
            { 'signal': 'wrong_item', 'expected': wrong_item }
        ]) as entry
    from expectations
),

sku_counts as (
    select
        sku,
        signal,
        sum(n_lines) as n_lines,
        sum(cost) as cost
    from counts
    group by sku, signal
),

by_sku as (
    select
        goods.sku,
        goods.category,
        goods.style_id,
        goods.supplier_id,
        expected.entry['signal'] as signal,
        expected.entry['expected'] as expected,
        coalesce(sku_counts.n_lines, 0) as n_lines,
        coalesce(sku_counts.cost, 0) as cost
    from expected
    inner join goods on expected.sku = goods.sku
    left join sku_counts on expected.sku = sku_counts.sku and expected.entry['signal'] = sku_counts.signal
    where expected.entry['expected'] > 0
),

-- One key of two parts, so that the few lots are looked up and not joined to all that was sold in their months.
lots as (
    select
        counts.sku,
        counts.sold_month,
        goods.category,
        counts.signal,
        (stock.n_sold * cell_signals.rate)::decimal(24, 10) as expected,
        counts.n_lines,
        counts.cost,
        stock.n_sold
    from counts
    inner join goods on counts.sku = goods.sku
    inner join stock
        on { 'sku': counts.sku, 'sold_month': counts.sold_month } = { 'sku': stock.sku, 'sold_month': stock.sold_month }
    inner join cell_signals
        on
            { 'cell': stock.cell, 'signal': counts.signal }
            = { 'cell': cell_signals.cell, 'signal': cell_signals.signal }
    where counts.n_lines >= 3
),

parts as (
    select
        'sku' as level,
        sku as subject,
        null::date as sold_month,
        category,
        signal,
        expected,
        n_lines,
        cost
    from by_sku
    union all
    select
        'style' as level,
        style_id as subject,
        null as sold_month,
        category,
        signal,
        sum(expected) as expected,
        sum(n_lines) as n_lines,
        sum(cost) as cost
    from by_sku
    where style_id is not null
    group by style_id, category, signal
    union all
    select
        'supplier' as level,
        supplier_id as subject,
        null as sold_month,
        category,
        signal,
        sum(expected) as expected,
        sum(n_lines) as n_lines,
        sum(cost) as cost
    from by_sku
    where supplier_id is not null
    group by supplier_id, category, signal
    union all
    select
        'lot' as level,
        sku as subject,
        sold_month,
        category,
        signal,
        expected,
        n_lines,
        cost
    from lots
),

sku_sold as (
    select
        sku,
        sum(n_sold) as n_sold
    from sold
    group by sku
),

sizes as (
    select
        'sku' as level,
        sku as subject,
        null::date as sold_month,
        n_sold
    from sku_sold
    union all
    select
        'style' as level,
        goods.style_id as subject,
        null as sold_month,
        sum(sku_sold.n_sold) as n_sold
    from sku_sold
    inner join goods on sku_sold.sku = goods.sku
    where goods.style_id is not null
    group by goods.style_id
    union all
    select
        'supplier' as level,
        goods.supplier_id as subject,
        null as sold_month,
        sum(sku_sold.n_sold) as n_sold
    from sku_sold
    inner join goods on sku_sold.sku = goods.sku
    where goods.supplier_id is not null
    group by goods.supplier_id
    union all
    select
        'lot' as level,
        sku as subject,
        sold_month,
        n_sold
    from lots
    group by sku, sold_month, n_sold
),

-- Half a line on both sides keeps a subject that is alone in its category at its own rate: nothing compares to it.
subjects as (
    select
        parts.level,
        parts.subject,
        parts.sold_month,
        parts.signal,
        if(min(parts.category) = max(parts.category), min(parts.category), null) as category,
        sum(parts.n_lines)::bigint as n_lines,
        sum(parts.cost)::decimal(18, 4) as cost,
        sum(
            (
                parts.expected * (category_totals.n_lines - parts.n_lines + 0.5)::double
                / (category_totals.n_lines - parts.expected + 0.5)::double
            )::decimal(24, 10)
        )::double as expected
    from parts
    inner join category_totals on parts.category = category_totals.category and parts.signal = category_totals.signal
    group by parts.level, parts.subject, parts.sold_month, parts.signal
)

select
    subjects.level,
    subjects.subject,
    subjects.sold_month,
    subjects.signal,
    subjects.category,
    greatest(sizes.n_sold, subjects.n_lines)::bigint as sold_lines,
    subjects.n_lines,
    least(subjects.expected, 0.999 * greatest(sizes.n_sold, subjects.n_lines)) as expected_lines,
    subjects.cost
from subjects
inner join sizes
    on
        subjects.level = sizes.level
        and subjects.subject = sizes.subject
        and subjects.sold_month is not distinct from sizes.sold_month
order by subjects.level, subjects.subject, subjects.sold_month, subjects.signal
