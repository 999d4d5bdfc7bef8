-- One row a kind of RMA lines and rate: the figure that the ledger uses, and the rule that gave it.
-- Only what some rule names tells kinds apart: without rules there is one kind, with the rates of the settings.
with first_period as (
    select min(begins_on) - 1 as ends_on
    from report.cost_periods
),

kinds as (
    select
        begins_on,
        rule_category as category,
        rule_return_method as return_method,
        rule_carrier as carrier,
        rule_country as country,
        count(*) as n_lines
    from report.return_claims
    group by all
),

numbered as (
    select
        *,
        row_number() over (order by begins_on nulls first, category, return_method, carrier, country) as kind
    from kinds
),

-- A rule names more of a line than another; of those that name as much, the one that began later holds.
candidates as (
    select
        numbered.kind,
        cost_rates.rate,
        cost_rates.variant,
        cost_rates.value,
        0 as rule,
        0 as n_named,
        date '0001-01-01' as since
    from numbered
    cross join core.cost_rates as cost_rates
    union all
    select
        numbered.kind,
        rules.rate,
        rules.variant,
        rules.value,
        rules.rule,
        (rules.category is not null)::int + (rules.return_method is not null)::int
        + (rules.carrier is not null)::int + (rules.country is not null)::int as n_named,
        coalesce(rules.valid_from, date '0001-01-01') as since
    from numbered
    inner join core.cost_rules as rules
        on
            coalesce(numbered.category = rules.category, rules.category is null)
            and coalesce(numbered.return_method = rules.return_method, rules.return_method is null)
            and coalesce(numbered.carrier = rules.carrier, rules.carrier is null)
            and coalesce(numbered.country = rules.country, rules.country is null)
            and coalesce(numbered.begins_on >= rules.valid_from, rules.valid_from is null)
            and coalesce(numbered.begins_on <= rules.valid_to, true)
),

chosen as (
    select
        kind,
        rate,
        variant,
        arg_max(value, (n_named, since, rule)) as value,
        arg_max(rule, (n_named, since, rule)) as rule
    from candidates
    group by kind, rate, variant
)

select
    numbered.kind,
    numbered.begins_on as valid_from,
    if(numbered.begins_on is null, first_period.ends_on, periods.ends_on) as valid_to,
    numbered.category,
    numbered.return_method,
    numbered.carrier,
    numbered.country,
    numbered.n_lines,
    chosen.rate,
    chosen.variant,
    chosen.value::double as value,
    chosen.rule::bigint as rule
from numbered
inner join chosen on numbered.kind = chosen.kind
cross join first_period
left join report.cost_periods as periods on numbered.begins_on = periods.begins_on
order by numbered.kind, chosen.rate, chosen.variant
