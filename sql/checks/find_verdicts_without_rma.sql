-- Verdicts on RMAs that are not in core.rmas.
select
    1 as n_rows,
    rma_id,
    decided_by
from core.review_labels
where
    rma_id not in (select r.rma_id from core.rmas as r where r.rma_id is not null)
