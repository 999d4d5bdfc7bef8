-- One row a kind of RMA lines and rate: the figure that the ledger uses, and the rule that gave it.
-- Only what some rule names tells kinds apart: without rules there is one kind, with the rates of the settings.
with turns as (
    select valid_from as begins_on
    from core.cost_rules
    where valid_from is not null
    union
    select valid_to + 1 as begins_on
    from core.cost_rules
    where valid_to is not null
),

periods as (
    select
        begins_on,
        lead(begins_on) over (order by begins_on) - 1 as ends_on
    from turns
),

first_turn as (
    select min(begins_on) - 1 as ends_on
    from turns
),

request_days as (
    select distinct requested_at::date as requested_on
    from core.rma_lines
),

days as (
    select
        request_days.requested_on,
        max(periods.begins_on) as begins_on
    from request_days
    left join periods on request_days.requested_on >= periods.begins_on
    group by request_days.requested_on
),

categories as (
    select distinct category
    from core.cost_rules
),

methods as (
    select distinct return_method
    from core.cost_rules
),

carriers as (
    select distinct carrier
    from core.cost_rules
),

countries as (
    select distinct country
    from core.cost_rules
),

kinds as (
    select
        days.begins_on,
        categories.category,
        methods.return_method,
        carriers.carrier,
        countries.country,
        count(*) as n_lines
    from core.rma_lines as rma_lines
    inner join days on rma_lines.requested_at::date = days.requested_on
    left join core.orders as orders on rma_lines.order_id = orders.order_id
    left join categories on lower(rma_lines.category) = categories.category
    left join methods on lower(coalesce(rma_lines.return_method, 'not_given')) = methods.return_method
    left join carriers on lower(rma_lines.carrier) = carriers.carrier
    left join countries on lower(orders.ship_country) = countries.country
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
    if(numbered.begins_on is null, first_turn.ends_on, periods.ends_on) as valid_to,
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
cross join first_turn
left join periods on numbered.begins_on = periods.begins_on
order by numbered.kind, chosen.rate, chosen.variant
