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

told as not materialized (
    select
        customer_id,
        ordered_at as seen_at,
        email_hash as email,
        payment_fingerprint_hash as payment,
        device_id_hash as device,
        phone_hash as phone,
        ship_address_hash || '|' || coalesce(ship_postcode, '') as address,
        ip_address_hash as ip
    from core.orders
    union all by name
    select
        customer_id,
        least(created_at, first_ordered_at) as seen_at,
        email_hash as email,
        phone_hash as phone,
        address_hash || '|' || coalesce(postcode, '') as address
    from core.customers
    union all by name
    select
        customer_id,
        coalesce(refunded_at, closed_at, inspected_at, received_at, requested_at) as seen_at,
        refund_payment_fingerprint_hash as payment
    from core.rma_lines
),

of_members as (
    select
        unnest([
            { 'kind': 'email', 'shared': email },
            { 'kind': 'payment', 'shared': payment },
            { 'kind': 'device', 'shared': device },
            { 'kind': 'phone', 'shared': phone },
            { 'kind': 'address', 'shared': address },
            { 'kind': 'ip', 'shared': ip }
        ]) as sign
    from told
    where customer_id in (select members.customer_id from members)
),

-- Only what a member was seen with can link it: few of a shop's identifiers.
signs as materialized (
    select distinct
        sign['kind'] as kind,
        sign['shared'] as shared
    from of_members
    where sign['shared'] is not null
),

-- Taken apart anew, and not once for both: only orders with such an identifier are worth it.
of_all as (
    select
        customer_id,
        seen_at,
        unnest([
            { 'kind': 'email', 'shared': email },
            { 'kind': 'payment', 'shared': payment },
            { 'kind': 'device', 'shared': device },
            { 'kind': 'phone', 'shared': phone },
            { 'kind': 'address', 'shared': address },
            { 'kind': 'ip', 'shared': ip }
        ]) as sign
    from told
    where
        email in (
            select signs.shared from signs
            where signs.kind = 'email'
        )
        or payment in (
            select signs.shared from signs
            where signs.kind = 'payment'
        )
        or device in (
            select signs.shared from signs
            where signs.kind = 'device'
        )
        or phone in (
            select signs.shared from signs
            where signs.kind = 'phone'
        )
        or address in (
            select signs.shared from signs
            where signs.kind = 'address'
        )
        or ip in (
            select signs.shared from signs
            where signs.kind = 'ip'
        )
),

seen as (
    select
        signs.kind,
        signs.shared,
        of_all.customer_id,
        min(of_all.seen_at) as seen_at
    from of_all
    inner join signs on of_all.sign['shared'] = signs.shared and of_all.sign['kind'] = signs.kind
    where of_all.customer_id is not null
    group by signs.kind, signs.shared, of_all.customer_id
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
