-- Verdicts on RMAs that are not in core.rmas.
select
    1 as n_rows,
    v.rma_id,
    v.decided_by
from core.review_labels as v
left join core.rmas as r on v.rma_id = r.rma_id
where r.rma_id is null
