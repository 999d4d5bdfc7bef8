-- One row a pair of accounts of one ring and a kind of identifier that both were seen with. What they share stays out,
-- and so do identifiers of many accounts, which are places or machines for all (features/rings.py has the figures).
with limits as (
    select unnest([
        { 'kind': 'email', 'most': 50 },
        { 'kind': 'payment', 'most': 50 },
        { 'kind': 'device', 'most': 20 },
        { 'kind': 'phone', 'most': 20 },
        { 'kind': 'address', 'most': 8 },
        { 'kind': 'ip', 'most': 4 }
    ]) as entry
),

members as (
    select distinct
        ring_id,
        customer_id
    from score.rma_scores
    where ring_id is not null and customer_id is not null
),

told as (
    select
        customer_id,
        ordered_at as seen_at,
        unnest([
            { 'kind': 'email', 'value': email_hash },
            { 'kind': 'payment', 'value': payment_fingerprint_hash },
            { 'kind': 'device', 'value': device_id_hash },
            { 'kind': 'phone', 'value': phone_hash },
            { 'kind': 'address', 'value': ship_address_hash || '|' || coalesce(ship_postcode, '') },
            { 'kind': 'ip', 'value': ip_address_hash }
        ]) as sign
    from core.orders
    where customer_id is not null
    union all
    select
        customer_id,
        least(created_at, first_ordered_at) as seen_at,
        unnest([
            { 'kind': 'email', 'value': email_hash },
            { 'kind': 'phone', 'value': phone_hash },
            { 'kind': 'address', 'value': address_hash || '|' || coalesce(postcode, '') }
        ]) as sign
    from core.customers
    union all
    select
        customer_id,
        coalesce(refunded_at, closed_at, inspected_at, received_at, requested_at) as seen_at,
        { 'kind': 'payment', 'value': refund_payment_fingerprint_hash } as sign
    from core.rma_lines
    where customer_id is not null
),

-- Only what a member was seen with can link it: few of a shop's identifiers.
signs as (
    select distinct sign
    from told
    where sign['value'] is not null and customer_id in (select members.customer_id from members)
),

seen as (
    select
        told.sign['kind'] as kind,
        told.sign['value'] as shared,
        told.customer_id,
        min(told.seen_at) as seen_at
    from told
    where told.sign in (select signs.sign from signs)
    group by told.sign, told.customer_id
),

counted as (
    select
        seen.*,
        count(*) over (partition by seen.kind, seen.shared) as n_accounts
    from seen
),

linking as (
    select
        counted.*,
        members.ring_id
    from counted
    inner join limits on counted.kind = limits.entry['kind']
    inner join members on counted.customer_id = members.customer_id
    where counted.n_accounts between 2 and limits.entry['most']
)

select
    one.ring_id,
    one.customer_id,
    other.customer_id as other_customer_id,
    one.kind,
    count(*) as n_shared,
    min(one.n_accounts) as n_accounts,
    min(greatest(one.seen_at, other.seen_at)) as since_at
from linking as one
inner join linking as other
    on
        one.kind = other.kind
        and one.shared = other.shared
        and one.ring_id = other.ring_id
        and one.customer_id < other.customer_id
group by one.ring_id, one.customer_id, other.customer_id, one.kind
order by one.ring_id, one.customer_id, other_customer_id, one.kind
