-- One row a product: a hash of it, and from when on it can matter to anything: since it was first bought or returned.
-- A product that never was can matter to nothing yet. Beside them one row tells whether any product says that it is or
-- is no final sale: without that nothing is said of any.
with firsts as (
    select
        sku,
        min(seen_at) as first_at
    from (
        select
            sku,
            ordered_at as seen_at
        from core.order_lines
        union all
        select
            sku,
            requested_at as seen_at
        from core.rma_lines
    ) as lines
    group by sku
)

select
    hash(t) as row_hash,
    coalesce(firsts.first_at, timestamp '9999-01-01') as known_at
from core.products as t
left join firsts on t.sku = firsts.sku
union all
select
    hash(bool_or(final_sale is not null)) as row_hash,
    null as known_at
from core.products
