-- Ids of orders, RMAs and shoppers that mean different things in different sources, and what they are told as: the
-- namespace before the id. Sources of one namespace speak of the same things. The only source that has such an order
-- keeps its plain id; so do the contract's own files, whose rows may name the orders and RMAs of any source, and whose
-- orders the other sources' returns may name. A shopper known by the hash of an e-mail address is the same everywhere.
with mention as not materialized (
    select
        'order' as kind,
        source,
        order_id as id,
        true as is_owner
    from translated_orders
    union all
    select
        'order' as kind,
        source,
        order_id as id,
        true as is_owner
    from translated_order_lines
    union all
    select
        'order' as kind,
        source,
        order_id as id,
        true as is_owner
    from translated_other_lines
    union all
    select
        'order' as kind,
        source,
        order_id as id,
        false as is_owner
    from translated_returns
    union all
    select
        'order' as kind,
        source,
        order_id as id,
        false as is_owner
    from translated_chargebacks
    union all
    select
        'rma' as kind,
        source,
        rma_id as id,
        true as is_owner
    from translated_returns
    union all
    select
        'customer' as kind,
        source,
        customer_id as id,
        false as is_owner
    from translated_orders
    where not regexp_full_match(customer_id, '[0-9a-f]{32}')
    union all
    select
        'customer' as kind,
        source,
        customer_id as id,
        false as is_owner
    from translated_returns
    where not regexp_full_match(customer_id, '[0-9a-f]{32}')
),

translated as (
    select
        m.kind,
        f.namespace,
        m.id,
        bool_or(m.is_owner) as is_owner
    from mention as m
    inner join source_facts as f on m.source = f.source
    where m.source <> 'canonical' and m.id is not null
    group by m.kind, f.namespace, m.id
),

canonical as (
    select distinct
        m.kind,
        m.id
    from mention as m
    -- most deliveries of the contract's own files come alone, and are many
    semi join translated as t on m.kind = t.kind and m.id = t.id
    where m.source = 'canonical' and m.is_owner
),

counted as (
    select
        kind,
        id,
        count(*) as n_namespaces,
        count(*) filter (is_owner) as n_owners
    from translated
    group by kind, id
)

select
    t.kind,
    f.source,
    t.id,
    t.namespace || ':' || t.id as told_id
from translated as t
inner join counted as n on t.kind = n.kind and t.id = n.id
inner join source_facts as f on t.namespace = f.namespace
left join canonical as c on t.kind = c.kind and t.id = c.id
where
    case
        when t.is_owner then n.n_owners > 1 or c.id is not null
        else n.n_namespaces > 1 and c.id is null
    end
