-- One row a component of the ledger, the dearest first.
with components as (
    select
        component,
        sum(amount)::decimal(18, 4) as amount,
        count(*) as n_lines,
        coalesce(sum(amount) filter (where basis = 'actual'), 0)::decimal(18, 4) as actual_amount,
        coalesce(sum(amount) filter (where basis = 'rate'), 0)::decimal(18, 4) as rate_amount
    from report.return_costs
    group by component
),

totals as (
    select sum(amount) as amount
    from report.return_costs
)

select
    components.component,
    components.amount,
    components.amount::double / nullif(totals.amount, 0)::double as share,
    components.n_lines,
    components.actual_amount,
    components.rate_amount
from components
cross join totals
order by components.amount desc, components.component asc
