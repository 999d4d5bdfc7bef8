-- One row a basis, measure, dimension, value and period: the rate seen, what it will be once all has come, and what to
-- expect of such goods. Formulas: docs/return_rates.md. Sums of estimates are of decimals, so that they are exact.
with rmas as (
    select count(*) as n_lines
    from report.report_return_lines
    where is_returned
    group by rma_id
),

clumps as (
    select coalesce(sum(n_lines * n_lines)::double / sum(n_lines)::double, 1) as clump
    from rmas
),

-- How much more than chance the shop's own completions missed by, where there were any to learn from.
dispersion as (
    select
        greatest(
            coalesce(
                sum((error.dispersion * error.n_cohorts)::decimal(38, 9))::double / sum(error.n_cohorts)::double, 1
            ),
            1
        ) as factor
    from report.report_completion_error as error
),

-- Amounts over the size of what comes back at once: so many independent chances they are worth.
counts as (
    select
        rates.*,
        rates.sold::double / sizes.size as n_sold,
        rates.due / sizes.size as n_due,
        rates.returned::double / sizes.size as n_returned
    from report.report_return_counts as rates
    cross join lateral (
        select
            coalesce(rates.usual_size, 1)
            * if(rates.measure = 'orders' or rates.dimension = 'sku', 1, clumps.clump)
            * dispersion.factor as size
        from clumps
        cross join dispersion
    ) as sizes
),

totals as (
    select
        basis,
        measure,
        dimension,
        value,
        n_due,
        n_returned / nullif(n_due, 0) as rate
    from counts
    where month is null
),

-- A month leans on its own goods over all time; a SKU or style on its category where that has sold enough to tell,
-- all others on the shop. The shop has nothing wider, and a reason none that it is a part of.
related as (
    select
        counts.*,
        case
            when counts.month is not null then own.rate
            when counts.dimension in ('total', 'reason') then null
            when categories.n_due >= 30 then categories.rate
            else shop.rate
        end as parent_rate
    from counts
    left join totals as own
        on
            counts.basis = own.basis
            and counts.measure = own.measure
            and counts.dimension = own.dimension
            and counts.value = own.value
    left join totals as categories
        on
            categories.dimension = 'category'
            and counts.basis = categories.basis
            and counts.measure = categories.measure
            and counts.parent = categories.value
    left join totals as shop
        on shop.dimension = 'total' and counts.basis = shop.basis and counts.measure = shop.measure
),

spread as (
    select
        basis,
        measure,
        dimension,
        month is null as is_ever,
        sum(parent_rate::decimal(38, 9))::double as chance,
        sum(((n_returned - parent_rate * n_due) ** 2 / n_due)::decimal(38, 9))::double as seen,
        sum(n_due::decimal(38, 9))::double as n_due,
        count(*) as n_groups
    from related
    where n_due >= 0.5 * n_sold and n_due > 0 and parent_rate is not null
    group by all
),

-- The weight of the wider rate, in independent sales: the less, the more its parts differ beyond chance.
priors as (
    select
        basis,
        measure,
        dimension,
        is_ever,
        least(chance / n_groups * n_due / greatest(seen - chance, 0.000001), 1000) as weight
    from spread
),

weighed as (
    select
        related.*,
        if(related.parent_rate is null, 0, coalesce(priors.weight, 1000)) as weight
    from related
    left join priors
        on
            related.basis = priors.basis
            and related.measure = priors.measure
            and related.dimension = priors.dimension
            and (related.month is null) = priors.is_ever
),

rated as (
    select
        *,
        (n_returned + coalesce(parent_rate, 0) * weight) / nullif(n_due + weight, 0) as expected_rate,
        n_due + weight as n_known
    from weighed
),

-- No more can come back than is left of it; where nothing was sold, there is no rate.
completed as (
    select
        *,
        if(n_sold > 0, greatest(n_returned / n_sold, 1), null) as most,
        (n_returned + expected_rate * (n_sold - n_due)) / nullif(n_sold, 0) as completed_rate,
        1.959964 * sqrt(expected_rate * (n_sold - n_due) * (n_sold + weight) / n_known) / nullif(n_sold, 0) as error,
        if(expected_rate <= 1, 1.959964 ** 2 / n_known, null) as z
    from rated
)

select
    basis,
    measure,
    dimension,
    value,
    month,
    sold,
    returned,
    returned::double / nullif(sold, 0)::double as return_rate,
    due / nullif(sold, 0)::double as maturity,
    if(n_sold > 0, least(completed_rate, most), null) as completed_rate,
    if(n_sold > 0, least(greatest(completed_rate - error, n_returned / n_sold), most), null) as completed_low,
    if(n_sold > 0, least(completed_rate + error, most), null) as completed_high,
    expected_rate,
    (expected_rate + z / 2 - sqrt(z * expected_rate * (1 - expected_rate) + z * z / 4)) / (1 + z) as expected_low,
    (expected_rate + z / 2 + sqrt(z * expected_rate * (1 - expected_rate) + z * z / 4)) / (1 + z) as expected_high,
    parent_rate,
    weight / nullif(n_known, 0) as parent_share,
    n_sold as independent_sales,
    n_sold < 30 as is_small,
    coalesce(basis = 'order_cohort' and due < 0.95 * sold::double, false) as is_estimate
from completed
order by basis, measure, dimension, value, month nulls first
