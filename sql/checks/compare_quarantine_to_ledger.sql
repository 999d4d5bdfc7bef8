-- Deliveries whose rows in quarantine are not as many as the ledger says were refused.
with held as (
    select
        delivery_id,
        count(*) as n_held
    from raw.quarantine
    group by delivery_id
)

select
    abs(coalesce(h.n_held, 0) - coalesce(l.rows_quarantined, 0)) as n_rows,
    l.path,
    coalesce(h.n_held, 0) || ' held, ' || coalesce(l.rows_quarantined, 0) || ' refused' as found
from raw.ingest_ledger as l
full outer join held as h on l.delivery_id = h.delivery_id
where coalesce(h.n_held, 0) <> coalesce(l.rows_quarantined, 0)
