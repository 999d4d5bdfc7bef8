-- Lines of Amazon's orders. The All Orders report names every order of a seller, whoever ships it, so that both sources
-- may deliver one: it is taken from the report in which it changed last, and from amazon_fba where both say the same.
-- kind tells sales from lines that are none (yet): cancelled ones, or those without a price or a currency.
with delivered as (
    select
        *,
        'amazon_fba' as source
    from raw.amazon_fba_orders
    union all by name
    select
        *,
        'amazon_mfn' as source
    from raw.amazon_mfn_orders
),

reported as (
    select
        amazon_order_id,
        max(currency) as order_currency,
        max(buyer_email_hash) as buyer,
        count(*) filter (where source = 'amazon_fba') as n_fba,
        max(last_updated_date) filter (where source = 'amazon_fba') as fba_updated,
        max(last_updated_date) filter (where source = 'amazon_mfn') as mfn_updated
    from delivered
    group by amazon_order_id
),

chosen as (
    select
        d.* replace (coalesce(d.currency, r.order_currency) as currency),
        coalesce(r.buyer, d.amazon_order_id) as customer_id
    from delivered as d
    inner join reported as r on d.amazon_order_id = r.amazon_order_id
    where
        d.source = case
            when r.n_fba = 0 then 'amazon_mfn'
            when r.mfn_updated is null then 'amazon_fba'
            when r.fba_updated is null or r.mfn_updated > r.fba_updated then 'amazon_mfn'
            else 'amazon_fba'
        end
)

select
    *,
    case
        when lower(order_status) in ('cancelled', 'canceled') or lower(item_status) in ('cancelled', 'canceled')
            then 'cancelled'
        when quantity = 0 then 'cancelled'
        when item_price is null or currency is null then 'unpriced'
        else 'sale'
    end as kind
from chosen
