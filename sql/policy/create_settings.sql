-- The policies that are asked for, in the place of the published grid of settings.
create table report.report_policy_settings as
select
    scenario,
    clause,
    setting,
    window_days::bigint as window_days,
    warranty_days::bigint as warranty_days,
    unopened_only::boolean as unopened_only,
    restocking_fee_share::decimal(18, 4) as restocking_fee_share,
    store_credit_from_day::bigint as store_credit_from_day,
    keep_it_below::decimal(18, 4) as keep_it_below,
    free_label::boolean as free_label,
    assumed_loss_share::decimal(18, 4) as assumed_loss_share
from asked_settings
