-- Each policy of the settings replayed over the history: what becomes of each line under it, and the rows of the ledger
-- that would not have been. docs/policy_replay.md says what each clause does and what is assumed not to change.
-- Held: one thread alone reads a table that was made in the same transaction, and all work on what is held.
with lines as materialized (
    select *
    from report.report_policy_lines
),

base as (
    select
        sum(cost) as cost,
        count(*) filter (where is_returned and claim_type = 'return' and days_held is null) as n_without_days,
        count(*) filter (where is_returned and claim_type = 'warranty' and days_held is null)
            as n_warranty_without_days,
        count(*) filter (where is_returned and claim_type = 'return' and has_arrived and is_opened is null)
            as n_without_opened,
        count(*) filter (where is_returned and is_keepable and rma_amount is null) as n_without_amount,
        count(distinct rma_id) filter (where is_flagged) as n_queue
    from lines
),

-- What an accepted return cost for what it asked back, and how far single lines lie from that: for lines that were
-- denied so far, of which nobody knows what they would have cost.
accepted as (
    select
        count(*) as n_lines,
        sum(cost)::double as cost,
        sum(requested_amount)::double as asked,
        sum(cost::decimal(38, 4) * cost)::double as cost_squares,
        sum(cost::decimal(38, 4) * requested_amount)::double as products,
        sum(requested_amount::decimal(38, 4) * requested_amount)::double as asked_squares
    from lines
    where is_returned and claim_type = 'return' and refunds > 0 and requested_amount > 0
),

cost_share as (
    select
        case when n_lines > 1 then cost / asked end as share,
        case
            when n_lines > 1
                then
                    greatest(
                        cost_squares - 2 * (cost / asked) * products + (cost / asked) * (cost / asked) * asked_squares,
                        0
                    ) / (n_lines - 1)
        end as variance
    from accepted
),

settings as (
    select
        row_number() over (order by scenario) as number,
        *
    from report.report_policy_settings
),

late as (
    select
        settings.number,
        settings.window_days,
        settings.warranty_days,
        settings.unopened_only,
        settings.restocking_fee_share,
        settings.store_credit_from_day,
        settings.keep_it_below,
        settings.free_label,
        lines.*,
        coalesce(
            case lines.claim_type
                when 'return' then lines.days_held > settings.window_days
                when 'warranty' then lines.days_held > settings.warranty_days
            end,
            false
        ) as is_late,
        lines.claim_type = 'return' and not lines.is_shop_fault as is_choice
    from lines
    cross join settings
    where
        (lines.claim_type = 'return' and (lines.days_held > settings.window_days or lines.is_late_so_far))
        or (lines.claim_type = 'warranty' and (lines.days_held > settings.warranty_days or lines.is_late_so_far))
        or (settings.unopened_only and lines.is_opened)
        or (settings.restocking_fee_share is not null and (lines.is_opened or lines.is_unauthorized))
        or (
            lines.is_paid_out
            and (settings.store_credit_from_day = 0 or lines.days_held >= settings.store_credit_from_day)
        )
        or lines.rma_amount < settings.keep_it_below
        or (not settings.free_label and lines.label > 0)
),

-- One fate of the goods at most: refused at the request, kept by the shopper, or refused at the inspection.
goods as (
    select
        *,
        is_returned and is_late as is_refused,
        is_returned and not is_late and is_keepable and coalesce(rma_amount < keep_it_below, false) as is_kept,
        is_returned
        and not is_late
        and not (is_keepable and coalesce(rma_amount < keep_it_below, false))
        and unopened_only
        and is_choice
        and coalesce(is_opened, false) as is_sent_back,
        not is_returned
        and not is_late
        and is_late_so_far
        and case claim_type when 'return' then window_days else warranty_days end is not null as is_admitted
    from late
),

-- What is charged, and in what money is refunded, where a return is still taken.
fates as (
    select
        *,
        case
            when
                is_returned
                and not is_refused
                and not is_kept
                and not is_sent_back
                and is_choice
                and refunds > 0
                and (coalesce(is_opened, false) or is_unauthorized)
                then (restocking_fee_share * (refunds + fee_charged + fee_recovered))::decimal(18, 4) - fee_charged
        end as fee_change,
        is_returned
        and not is_refused
        and not is_sent_back
        and is_choice
        and is_paid_out
        and coalesce(days_held >= store_credit_from_day or store_credit_from_day = 0, false) as is_credited,
        is_returned
        and not is_refused
        and not is_kept
        and is_choice
        and not free_label
        and label > 0 as is_label_charged
    from goods
),

line_effects as (
    select
        number,
        rma_id,
        customer_id,
        n_rma_lines,
        is_flagged,
        is_suspicious,
        is_honest_shopper,
        shopper_sales,
        has_arrived,
        requested_amount,
        is_refused,
        is_kept,
        is_sent_back,
        is_admitted,
        is_credited,
        is_refused or is_sent_back as is_denied,
        is_label_charged or coalesce(fee_change > 0, false) as is_charged,
        case when is_refused or is_sent_back then refunds else 0 end as refund,
        case when is_refused then outbound_shipping else 0 end as outbound_shipping,
        case when is_refused or is_kept or is_label_charged then label else 0 end as label,
        case when is_refused or is_kept then handling else 0 end as handling,
        case when is_refused or is_kept or is_sent_back then refurbish else 0 end as refurbish,
        case when is_refused or is_kept or is_sent_back then write_off else 0 end as write_off,
        case when is_refused or is_sent_back or is_credited then payment_fee else 0 end as payment_fee,
        case when is_refused or is_sent_back then fee_recovered else coalesce(fee_change, 0) end as restocking_fee,
        case when is_refused or is_kept or is_sent_back then resale else 0 end as resale,
        case when is_refused then other_cost else 0 end as other_cost,
        case when is_credited then refunds else 0 end as credited
    from fates
    where
        is_refused
        or is_kept
        or is_sent_back
        or is_admitted
        or is_credited
        or is_label_charged
        or coalesce(fee_change <> 0, false)
),

-- A line that is its RMA's only one stands for it.
rma_effects as (
    select
        number,
        is_denied,
        is_flagged and is_refused as is_out_of_queue
    from line_effects
    where n_rma_lines = 1
    union all
    select
        number,
        bool_or(is_denied) as is_denied,
        bool_or(is_flagged) and count(*) filter (where is_refused) = max(n_rma_lines) as is_out_of_queue
    from line_effects
    where n_rma_lines > 1
    group by number, rma_id
),

rmas as (
    select
        number,
        count(*) as n_rmas,
        count(*) filter (where is_denied) as n_rmas_refused,
        count(*) filter (where is_out_of_queue) as n_queue_less
    from rma_effects
    group by number
),

shopper_effects as (
    select
        number,
        customer_id,
        bool_or(is_denied) as is_denied,
        bool_or(is_charged) as is_charged,
        bool_or(is_credited) as is_credited,
        max(shopper_sales) as shopper_sales
    from line_effects
    where is_honest_shopper and (is_denied or is_charged or is_credited)
    group by number, customer_id
),

shoppers as (
    select
        number,
        count(*) as n_affected,
        count(*) filter (where is_denied) as n_denied,
        count(*) filter (where is_charged) as n_charged,
        count(*) filter (where is_credited) as n_credited,
        coalesce(sum(shopper_sales), 0) as sales
    from shopper_effects
    group by number
),

effects as (
    select
        number,
        count(*) as n_lines,
        count(*) filter (where is_denied) as n_denied,
        count(*) filter (where is_kept) as n_kept,
        count(*) filter (where is_charged) as n_charged,
        count(*) filter (where is_credited) as n_credited,
        count(*) filter (where is_admitted) as n_admitted,
        count(*) filter (where (is_refused or is_kept) and has_arrived) as n_not_handled,
        sum(refund) as refund,
        sum(outbound_shipping) as outbound_shipping,
        sum(label) as label,
        sum(handling) as handling,
        sum(refurbish) as refurbish,
        sum(write_off) as write_off,
        sum(payment_fee) as payment_fee,
        sum(restocking_fee) as restocking_fee,
        sum(resale) as resale,
        sum(other_cost) as other_cost,
        sum(
            refund + outbound_shipping + label + handling + refurbish + write_off + payment_fee + restocking_fee
            + resale + other_cost
        ) as saved,
        sum(
            refund + outbound_shipping + label + handling + refurbish + write_off + payment_fee + restocking_fee
            + resale + other_cost
        ) filter (where is_suspicious) as saved_suspicious,
        sum(credited) as credited,
        sum(requested_amount) filter (where is_admitted) as admitted
    from line_effects
    group by number
),

admissions as (
    select
        effects.number,
        case when effects.n_admitted = 0 then 0 else coalesce(effects.admitted, 0)::double * cost_share.share end
            as cost,
        case when effects.n_admitted = 0 then 0 else 1.96 * sqrt(cost_share.variance * effects.n_admitted) end
            as margin
    from effects
    cross join cost_share
)

select
    settings.scenario,
    settings.clause,
    settings.setting,
    coalesce(effects.n_lines, 0) as n_lines,
    coalesce(rmas.n_rmas, 0) as n_rmas,
    coalesce(rmas.n_rmas_refused, 0) as n_rmas_refused,
    coalesce(effects.n_denied, 0) as n_lines_refused,
    coalesce(effects.n_kept, 0) as n_lines_kept,
    coalesce(effects.n_charged, 0) as n_lines_charged,
    coalesce(effects.n_credited, 0) as n_lines_credited,
    coalesce(effects.n_admitted, 0) as n_lines_admitted,
    coalesce(effects.refund, 0)::decimal(18, 4) as saved_refund,
    coalesce(effects.outbound_shipping, 0)::decimal(18, 4) as saved_outbound_shipping,
    coalesce(effects.label, 0)::decimal(18, 4) as saved_label,
    coalesce(effects.handling, 0)::decimal(18, 4) as saved_handling,
    coalesce(effects.refurbish, 0)::decimal(18, 4) as saved_refurbish,
    coalesce(effects.write_off, 0)::decimal(18, 4) as saved_write_off,
    coalesce(effects.payment_fee, 0)::decimal(18, 4) as saved_payment_fee,
    coalesce(effects.restocking_fee, 0)::decimal(18, 4) as saved_restocking_fee,
    coalesce(effects.resale, 0)::decimal(18, 4) as saved_resale,
    coalesce(effects.other_cost, 0)::decimal(18, 4) as saved_other,
    coalesce(effects.saved, 0)::decimal(18, 4) as saved,
    coalesce(effects.saved, 0)::double / nullif(base.cost, 0)::double as saved_share,
    coalesce(effects.saved_suspicious, 0)::decimal(18, 4) as saved_suspicious,
    coalesce(effects.credited, 0)::decimal(18, 4) as credited_amount,
    round(coalesce(admissions.cost, 0), 4)::decimal(18, 4) as admitted_cost_estimate,
    round(coalesce(admissions.cost - admissions.margin, 0), 4)::decimal(18, 4) as admitted_cost_low,
    round(coalesce(admissions.cost + admissions.margin, 0), 4)::decimal(18, 4) as admitted_cost_high,
    (coalesce(effects.saved, 0) - round(coalesce(admissions.cost, 0), 4))::decimal(18, 4) as saved_less_admitted,
    coalesce(shoppers.n_affected, 0) as honest_shoppers_affected,
    coalesce(shoppers.n_denied, 0) as honest_shoppers_refused,
    coalesce(shoppers.n_charged, 0) as honest_shoppers_charged,
    coalesce(shoppers.n_credited, 0) as honest_shoppers_credited,
    -coalesce(rmas.n_queue_less, 0) as queue_change,
    (-coalesce(rmas.n_queue_less, 0))::double / nullif(base.n_queue, 0)::double + 0.0 as queue_change_share,
    coalesce(effects.n_not_handled, 0) as n_lines_not_handled,
    coalesce(shoppers.sales, 0)::decimal(18, 4) as sales_of_affected,
    settings.assumed_loss_share,
    (coalesce(shoppers.sales, 0) * settings.assumed_loss_share)::decimal(18, 4) as sales_at_risk,
    case when settings.window_days is not null then base.n_without_days else 0 end
    + case when settings.warranty_days is not null then base.n_warranty_without_days else 0 end
    + case when settings.store_credit_from_day > 0 then base.n_without_days else 0 end
    + case when settings.unopened_only then base.n_without_opened else 0 end
    + case when settings.restocking_fee_share is not null then base.n_without_opened else 0 end
    + case when settings.keep_it_below is not null then base.n_without_amount else 0 end as n_unknown,
    coalesce(effects.n_lines, 0) < 30 as is_small
from settings
cross join base
left join effects on settings.number = effects.number
left join admissions on settings.number = admissions.number
left join rmas on settings.number = rmas.number
left join shoppers on settings.number = shoppers.number
order by settings.scenario
