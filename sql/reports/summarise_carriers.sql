-- One row a carrier: parcels, what they cost and weigh, how long they travel, and how many are said to be lost.
with lines as (
    select
        *,
        coalesce(carrier, '(not given)') as carrier_name
    from report.report_return_steps
),

parcels as (
    select
        carrier_name,
        count(*) as n_lines,
        sum(label) as label_cost,
        -- a weight that every line repeats is the parcel's; different ones are those of its pieces
        case when count(scan_weight_g) = count(*) then sum(distinct scan_weight_g) end as weight_g,
        bool_or(is_label_known) as is_label_known,
        bool_or(has_arrived) as has_arrived,
        min(shipped_at) as shipped_at,
        min(received_at) as received_at,
        sum(requested_amount) as amount
    from lines
    where is_sent
    group by carrier_name, rma_id, parcel_line_id
),

spans as (
    select
        *,
        case when received_at >= shipped_at then epoch_us(received_at) - epoch_us(shipped_at) end as transit_us,
        not has_arrived
        and shipped_at <= getvariable('as_of')::timestamp - interval 30 day as is_lost,
        coalesce(has_arrived or shipped_at <= getvariable('as_of')::timestamp - interval 30 day, false) as is_told
    from parcels
),

sent as (
    select
        carrier_name,
        count(*) as n_parcels,
        sum(n_lines)::bigint as n_sent_lines,
        sum(label_cost)::decimal(18, 4) as label_cost,
        count(*) filter (where is_label_known) as n_label_known,
        count(*) filter (where is_label_known and weight_g > 0) as n_weighed,
        sum(weight_g) filter (where is_label_known and weight_g > 0)::double / 1000 as weighed_kg,
        sum(label_cost) filter (where is_label_known and weight_g > 0)::decimal(18, 4) as weighed_label_cost,
        count(*) filter (where is_told) as n_told,
        count(*) filter (where coalesce(is_lost, false)) as n_lost,
        coalesce(sum(amount) filter (where is_lost), 0)::decimal(18, 4) as amount_lost,
        count(transit_us) as n_transit,
        quantile_disc(transit_us, 0.5)::double / 86400000000 as p50_days_in_transit,
        quantile_disc(transit_us, 0.9)::double / 86400000000 as p90_days_in_transit,
        count(*) filter (where transit_us <= 7 * 86400000000) as n_within_sla
    from spans
    group by carrier_name
),

claimed as (
    select
        carrier_name,
        count(*) as n_lines,
        count(*) filter (where claim_type = 'item_not_received') as n_claims
    from lines
    group by carrier_name
),

claims as (
    select sum(n_claims)::double / nullif(sum(n_lines), 0)::double as rate
    from claimed
    where carrier_name <> '(not given)'
),

losses as (
    select sum(n_lost)::double / nullif(sum(n_told), 0)::double as rate
    from sent
    where carrier_name <> '(not given)'
),

shop as (
    select
        claims.rate as claim_rate,
        losses.rate as lost_rate
    from claims
    cross join losses
)

select
    claimed.carrier_name as carrier,
    claimed.n_lines,
    coalesce(sent.n_parcels, 0) as n_parcels,
    coalesce(sent.label_cost, 0)::decimal(18, 4) as label_cost,
    round(sent.label_cost / nullif(sent.n_parcels, 0), 4)::decimal(18, 4) as label_cost_per_parcel,
    sent.n_label_known::double / nullif(sent.n_parcels, 0)::double as label_known_share,
    coalesce(sent.n_weighed, 0) as n_weighed,
    round(sent.weighed_label_cost::double / nullif(sent.weighed_kg, 0), 4)::decimal(18, 4) as label_cost_per_kg,
    claimed.n_claims as n_not_received,
    claimed.n_claims::double * 1000 / claimed.n_lines::double as not_received_per_1000,
    shop.claim_rate * 1000 as not_received_expected,
    greatest(shop.claim_rate - 3 * sqrt(shop.claim_rate * (1 - shop.claim_rate) / claimed.n_lines), 0) * 1000
        as not_received_limit_low,
    least(shop.claim_rate + 3 * sqrt(shop.claim_rate * (1 - shop.claim_rate) / claimed.n_lines), 1) * 1000
        as not_received_limit_high,
    coalesce(sent.n_told, 0) as n_parcels_told,
    coalesce(sent.n_lost, 0) as n_lost,
    coalesce(sent.amount_lost, 0)::decimal(18, 4) as amount_lost,
    sent.n_lost::double * 1000 / nullif(sent.n_told, 0)::double as lost_per_1000,
    (sent.n_lost + 50 * shop.lost_rate) * 1000 / (nullif(sent.n_told, 0) + 50)::double as lost_per_1000_shrunken,
    shop.lost_rate * 1000 as lost_expected,
    greatest(shop.lost_rate - 3 * sqrt(shop.lost_rate * (1 - shop.lost_rate) / nullif(sent.n_told, 0)), 0) * 1000
        as lost_limit_low,
    least(shop.lost_rate + 3 * sqrt(shop.lost_rate * (1 - shop.lost_rate) / nullif(sent.n_told, 0)), 1) * 1000
        as lost_limit_high,
    coalesce(sent.n_transit, 0) as n_transit_dated,
    sent.p50_days_in_transit,
    sent.p90_days_in_transit,
    sent.n_within_sla::double / nullif(sent.n_transit, 0)::double as sla_share,
    coalesce(sent.n_parcels, 0) < 30 as is_small
from claimed
left join sent on claimed.carrier_name = sent.carrier_name
left join shop on claimed.carrier_name <> '(not given)'
order by carrier
