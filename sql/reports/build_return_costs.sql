-- The ledger: one row a line of an RMA and component; a cost is positive, a recovery negative. What they are is
-- reckoned in price_return_claims.sql, by line.
-- Lines are sorted and not entries, of which there are five times as many: those of a line come in the order of its
-- list of components.
-- Held: one thread alone reads a table that was made in the same transaction, and all work on what is held.
with claims as materialized (
    select *
    from report.return_claims
),

lines as (
    select
        claims.rma_id,
        claims.rma_line_id,
        claims.order_id,
        claims.sku,
        costs.*
    from claims
    inner join report.line_costs as costs on claims.place = costs.place
    order by claims.place
),

entries as (
    select
        rma_id,
        rma_line_id,
        order_id,
        sku,
        is_confirmed_fraud,
        is_label_actual,
        is_resale_actual,
        is_restocking_actual,
        is_retained_actual,
        requested_on,
        sent_on,
        arrived_on,
        graded_on,
        refunded_on,
        disputed_on,
        unnest([
            'carrier_claim',
            'chargeback',
            'chargeback_fee',
            'exchange_difference',
            'fraud_loss',
            'gift_wrap',
            'handling',
            'label',
            'markdown',
            'outbound_shipping',
            'paid_twice',
            'payment_fee',
            'refund',
            'refurbish',
            'resale',
            'restocking_fee',
            'retained',
            'salvage',
            'supplier_claim',
            'support',
            'write_off'
        ]) as component,
        unnest([
            carrier_claim,
            chargeback,
            chargeback_fee,
            exchange_difference,
            fraud_loss,
            gift_wrap,
            handling,
            label,
            markdown,
            outbound_shipping,
            paid_twice,
            payment_fee,
            refund,
            refurbish,
            resale,
            restocking_fee,
            retained,
            salvage,
            supplier_claim,
            support,
            write_off
        ]) as amount
    from lines
)

select
    rma_id,
    rma_line_id,
    order_id,
    sku,
    component,
    amount,
    case component
        when 'support' then requested_on
        when 'label' then sent_on
        when 'handling' then arrived_on
        when 'chargeback' then disputed_on
        when 'chargeback_fee' then disputed_on
        when 'paid_twice' then disputed_on
        when 'refund' then refunded_on
        when 'exchange_difference' then refunded_on
        when 'gift_wrap' then refunded_on
        when 'outbound_shipping' then refunded_on
        when 'payment_fee' then refunded_on
        when 'restocking_fee' then refunded_on
        when 'retained' then refunded_on
        else graded_on
    end as incurred_on,
    case component
        when 'refund' then 'actual'
        when 'chargeback' then 'actual'
        when 'paid_twice' then 'actual'
        when 'label' then if(is_label_actual, 'actual', 'rate')
        when 'resale' then if(is_resale_actual, 'actual', 'rate')
        when 'restocking_fee' then if(is_restocking_actual, 'actual', 'rate')
        when 'retained' then if(is_retained_actual, 'actual', 'rate')
        else 'rate'
    end as basis,
    is_confirmed_fraud
from entries
where amount <> 0
