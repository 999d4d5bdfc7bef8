-- A-to-Z claims of the seller-fulfilled returns report: the buyer disputes the sale with Amazon. The report says
-- neither when nor how much: the last day of the row stands for the moment, what was refunded or paid for the amount.
select
    'a_to_z:' || coalesce(amazon_rma_id, merchant_rma_id, cast(return_request_date as varchar))
    || ':' || order_id || '/' || merchant_sku as chargeback_id,
    order_id,
    greatest(return_request_date, return_delivery_date) as opened_at,
    coalesce(nullif(refunded_amount, 0), order_amount, 0) as amount,
    'a_to_z_claim' as reason,
    'amazon_mfn' as source
from raw.amazon_mfn_returns
where is_a_to_z_claim
