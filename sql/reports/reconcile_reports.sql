-- One row a check that the ledger and the report tables tell one story; a set with a failed check is not published.
with core_lines as (
    select
        coalesce(sum(refund_amount), 0) as refunds,
        count(*) filter (where refund_amount > 0) as n_refunds,
        coalesce(sum(label_cost), 0) as labels,
        count(*) as n_lines
    from core.rma_lines
),

rate_counts as (
    select count(*) as n_rates
    from core.cost_rates
),

ledger as (
    select
        coalesce(sum(amount), 0) as net,
        coalesce(sum(amount) filter (where component = 'refund'), 0) as refunds,
        count(*) filter (where component = 'refund') as n_refunds,
        coalesce(sum(amount) filter (where component = 'label' and basis = 'actual'), 0) as labels,
        count(*) filter (
            where (amount < 0) <> (
                component in ('resale', 'restocking_fee', 'salvage', 'retained', 'supplier_claim', 'carrier_claim')
            )
        ) as n_wrong_signs,
        count(*) as n_rows
    from report.return_costs
),

-- Components are told apart by a bit each, so that the ledger is grouped by its RMA lines alone: it has five times as
-- many rows.
components_by_bit as (
    select
        component,
        row_number() over (order by component) - 1 as bit
    from report.report_costs_by_component
),

ledger_lines as (
    select
        return_costs.rma_id,
        return_costs.rma_line_id,
        count(*) as n_rows,
        bit_count(bit_or(1::bigint << components_by_bit.bit)) as n_keys
    from report.return_costs as return_costs
    left join components_by_bit on return_costs.component = components_by_bit.component
    group by return_costs.rma_id, return_costs.rma_line_id
),

ledger_keys as (
    select coalesce(sum(n_keys), 0) as n_keys
    from ledger_lines
),

known_rows as (
    select coalesce(sum(ledger_lines.n_rows), 0) as n_rows
    from ledger_lines
    semi join core.rma_lines as rma_lines
        on ledger_lines.rma_id = rma_lines.rma_id and ledger_lines.rma_line_id = rma_lines.rma_line_id
),

components as (
    select coalesce(sum(amount), 0) as net
    from report.report_costs_by_component
),

skus as (
    select
        coalesce(sum(cost), 0) as net,
        coalesce(sum(units_sold), 0) as units_sold,
        coalesce(sum(returned_units), 0) as returned_units
    from report.report_by_sku
),

categories as (
    select
        coalesce(sum(cost), 0) as net,
        coalesce(sum(units_sold), 0) as units_sold,
        coalesce(sum(returned_units), 0) as returned_units
    from report.report_by_category
),

reasons as (
    select
        coalesce(sum(cost), 0) as net,
        coalesce(sum(returned_units), 0) as returned_units
    from report.report_by_reason
),

reason_groups as (
    select coalesce(sum(cost), 0) as net
    from report.report_reason_groups
),

reason_checks as (
    select coalesce(sum(cost), 0) as net
    from report.report_reason_checks
),

avoidable as (
    select coalesce(sum(cost), 0) as net
    from report.report_avoidable
),

segments as (
    select coalesce(sum(cost), 0) as net
    from report.report_segments
),

months as (
    select coalesce(sum(units_returned), 0) as returned_units
    from report.report_monthly
    where basis = 'return_date'
),

matching as (
    select coalesce(sum(lines), 0) as n_lines
    from report.report_matching
),

overview as (
    select
        coalesce(sum(total_return_cost), 0) as total_return_cost,
        coalesce(sum(units_sold), 0) as units_sold,
        coalesce(sum(returned_units), 0) as returned_units,
        count(as_of) as n_dated
    from report.report_overview
),

checks as (
    select
        'refunds_in_ledger' as check_name,
        core_lines.refunds::decimal(18, 4) as expected,
        ledger.refunds::decimal(18, 4) as actual
    from core_lines
    cross join ledger
    union all
    select
        'refund_rows_in_ledger' as check_name,
        core_lines.n_refunds::decimal(18, 4) as expected,
        ledger.n_refunds::decimal(18, 4) as actual
    from core_lines
    cross join ledger
    union all
    select
        'delivered_labels_in_ledger' as check_name,
        core_lines.labels::decimal(18, 4) as expected,
        ledger.labels::decimal(18, 4) as actual
    from core_lines
    cross join ledger
    union all
    select
        'ledger_rows_with_wrong_sign' as check_name,
        0::decimal(18, 4) as expected,
        ledger.n_wrong_signs::decimal(18, 4) as actual
    from ledger
    union all
    select
        'ledger_rows_are_unique' as check_name,
        ledger.n_rows::decimal(18, 4) as expected,
        ledger_keys.n_keys::decimal(18, 4) as actual
    from ledger
    cross join ledger_keys
    union all
    select
        'ledger_rows_have_an_rma_line' as check_name,
        ledger.n_rows::decimal(18, 4) as expected,
        known_rows.n_rows::decimal(18, 4) as actual
    from ledger
    cross join known_rows
    union all
    select
        'cost_rates_are_complete' as check_name,
        34::decimal(18, 4) as expected,
        rate_counts.n_rates::decimal(18, 4) as actual
    from rate_counts
    union all
    select
        'overview_cost' as check_name,
        ledger.net::decimal(18, 4) as expected,
        overview.total_return_cost::decimal(18, 4) as actual
    from ledger
    cross join overview
    union all
    select
        'overview_is_dated' as check_name,
        1::decimal(18, 4) as expected,
        overview.n_dated::decimal(18, 4) as actual
    from overview
    union all
    select
        'component_costs' as check_name,
        ledger.net::decimal(18, 4) as expected,
        components.net::decimal(18, 4) as actual
    from ledger
    cross join components
    union all
    select
        'sku_costs' as check_name,
        ledger.net::decimal(18, 4) as expected,
        skus.net::decimal(18, 4) as actual
    from ledger
    cross join skus
    union all
    select
        'category_costs' as check_name,
        ledger.net::decimal(18, 4) as expected,
        categories.net::decimal(18, 4) as actual
    from ledger
    cross join categories
    union all
    select
        'reason_costs' as check_name,
        ledger.net::decimal(18, 4) as expected,
        reasons.net::decimal(18, 4) as actual
    from ledger
    cross join reasons
    union all
    select
        'reason_group_costs' as check_name,
        ledger.net::decimal(18, 4) as expected,
        reason_groups.net::decimal(18, 4) as actual
    from ledger
    cross join reason_groups
    union all
    select
        'reason_check_costs' as check_name,
        ledger.net::decimal(18, 4) as expected,
        reason_checks.net::decimal(18, 4) as actual
    from ledger
    cross join reason_checks
    union all
    select
        'avoidable_costs' as check_name,
        ledger.net::decimal(18, 4) as expected,
        avoidable.net::decimal(18, 4) as actual
    from ledger
    cross join avoidable
    union all
    select
        'segment_costs' as check_name,
        ledger.net::decimal(18, 4) as expected,
        segments.net::decimal(18, 4) as actual
    from ledger
    cross join segments
    union all
    select
        'sku_units_sold' as check_name,
        overview.units_sold::decimal(18, 4) as expected,
        skus.units_sold::decimal(18, 4) as actual
    from overview
    cross join skus
    union all
    select
        'category_units_sold' as check_name,
        overview.units_sold::decimal(18, 4) as expected,
        categories.units_sold::decimal(18, 4) as actual
    from overview
    cross join categories
    union all
    select
        'sku_units_returned' as check_name,
        overview.returned_units::decimal(18, 4) as expected,
        skus.returned_units::decimal(18, 4) as actual
    from overview
    cross join skus
    union all
    select
        'category_units_returned' as check_name,
        overview.returned_units::decimal(18, 4) as expected,
        categories.returned_units::decimal(18, 4) as actual
    from overview
    cross join categories
    union all
    select
        'reason_units_returned' as check_name,
        overview.returned_units::decimal(18, 4) as expected,
        reasons.returned_units::decimal(18, 4) as actual
    from overview
    cross join reasons
    union all
    select
        'monthly_units_returned' as check_name,
        overview.returned_units::decimal(18, 4) as expected,
        months.returned_units::decimal(18, 4) as actual
    from overview
    cross join months
    union all
    select
        'matching_lines' as check_name,
        core_lines.n_lines::decimal(18, 4) as expected,
        matching.n_lines::decimal(18, 4) as actual
    from core_lines
    cross join matching
)

select
    check_name,
    expected,
    actual,
    (actual - expected)::decimal(18, 4) as difference,
    actual = expected as is_ok
from checks
order by check_name
