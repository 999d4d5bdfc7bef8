-- One row a SKU, month of sale, day of request and signal: how many sold lines came back for it. A sold line counts
-- once a signal, on the day of its first request, however many RMA lines bring it back.
-- Held: one thread alone reads a table that was made in the same transaction, and all work on what is held.
with lines as materialized (
    select *
    from report.report_return_lines
    where is_returned and is_matched and ordered_at is not null
),

named as (
    select
        lines.order_id,
        lines.line_id,
        lines.sku,
        date_trunc('month', lines.ordered_at)::date as sold_month,
        lines.requested_at::date as requested_on,
        lines.cost,
        unnest(['any_reason', reasons.reason_group]) as signal
    from lines
    inner join report.report_reason_groups as reasons
        on lines.reason = reasons.reason and lines.claim_type = reasons.claim_type
),

claims as (
    select
        signal,
        min(sku) as sku,
        min(sold_month) as sold_month,
        min(requested_on) as requested_on,
        sum(cost) as cost
    from named
    where
        signal in (
            'any_reason', 'defect', 'not_as_described', 'too_small', 'too_large', 'wrong_size', 'damaged', 'wrong_item'
        )
    group by order_id, line_id, signal
)

select
    sku,
    sold_month,
    requested_on,
    signal,
    count(*) as n_lines,
    sum(cost)::decimal(18, 4) as cost
from claims
group by sku, sold_month, requested_on, signal
order by sku, sold_month, requested_on, signal
