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

-- what of no named carrier is known is held against none
figures as (
    select
        sent.*,
        claimed.carrier_name as carrier,
        claimed.n_lines,
        claimed.n_claims,
        claims.rate as claim_rate,
        losses.rate as lost_rate,
        3 * sqrt(claims.rate * (1 - claims.rate) / claimed.n_lines) as claim_margin,
        3 * sqrt(losses.rate * (1 - losses.rate) / nullif(sent.n_told, 0)) as lost_margin
    from claimed
    left join sent on claimed.carrier_name = sent.carrier_name
    left join claims on claimed.carrier_name <> '(not given)'
    left join losses on claimed.carrier_name <> '(not given)'
)

select
    carrier,
    n_lines,
    coalesce(n_parcels, 0) as n_parcels,
    coalesce(label_cost, 0)::decimal(18, 4) as label_cost,
    round(label_cost / nullif(n_parcels, 0), 4)::decimal(18, 4) as label_cost_per_parcel,
    n_label_known::double / nullif(n_parcels, 0)::double as label_known_share,
    coalesce(n_weighed, 0) as n_weighed,
    round(weighed_label_cost::double / nullif(weighed_kg, 0), 4)::decimal(18, 4) as label_cost_per_kg,
    n_claims as n_not_received,
    n_claims::double * 1000 / n_lines::double as not_received_per_1000,
    claim_rate * 1000 as not_received_expected,
    case when claim_margin is not null then greatest(claim_rate - claim_margin, 0) * 1000 end
        as not_received_limit_low,
    case when claim_margin is not null then least(claim_rate + claim_margin, 1) * 1000 end
        as not_received_limit_high,
    coalesce(n_told, 0) as n_parcels_told,
    coalesce(n_lost, 0) as n_lost,
    coalesce(amount_lost, 0)::decimal(18, 4) as amount_lost,
    n_lost::double * 1000 / nullif(n_told, 0)::double as lost_per_1000,
    (n_lost + 50 * lost_rate) * 1000 / (nullif(n_told, 0) + 50)::double as lost_per_1000_shrunken,
    lost_rate * 1000 as lost_expected,
    case when lost_margin is not null then greatest(lost_rate - lost_margin, 0) * 1000 end as lost_limit_low,
    case when lost_margin is not null then least(lost_rate + lost_margin, 1) * 1000 end as lost_limit_high,
    coalesce(n_transit, 0) as n_transit_dated,
    p50_days_in_transit,
    p90_days_in_transit,
    n_within_sla::double / nullif(n_transit, 0)::double as sla_share,
    coalesce(n_parcels, 0) < 30 as is_small
from figures
order by carrier
