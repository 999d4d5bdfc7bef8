-- The grid of policies that are replayed: one clause is changed in each, and what is null stays as it is.
with clauses as (
    select
        unnest([
            { 'clause': 'window_days', 'settings': ['14', '30', '60', '90'] },
            { 'clause': 'warranty_days', 'settings': ['180', '365', '730'] },
            { 'clause': 'unopened_only', 'settings': ['yes'] },
            { 'clause': 'restocking_fee_share', 'settings': ['0', '0.05', '0.1', '0.15', '0.2'] },
            { 'clause': 'store_credit_from_day', 'settings': ['0', '15', '31'] },
            { 'clause': 'keep_it_below', 'settings': ['5', '10', '15', '20', '30'] },
            { 'clause': 'free_label', 'settings': ['no'] }
        ]) as entry
),

settings as (
    select
        entry['clause'] as clause,
        unnest(entry['settings']) as setting
    from clauses
)

select
    clause || '=' || setting as scenario,
    clause,
    setting,
    case clause when 'window_days' then setting end::bigint as window_days,
    case clause when 'warranty_days' then setting end::bigint as warranty_days,
    clause = 'unopened_only' as unopened_only,
    case clause when 'restocking_fee_share' then setting end::decimal(18, 4) as restocking_fee_share,
    case clause when 'store_credit_from_day' then setting end::bigint as store_credit_from_day,
    case clause when 'keep_it_below' then setting end::decimal(18, 4) as keep_it_below,
    clause <> 'free_label' as free_label,
    0.1::decimal(18, 4) as assumed_loss_share
from settings
order by scenario
