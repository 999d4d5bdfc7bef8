-- RMA lines whose RMA is not in core.rmas.
select
    1 as n_rows,
    rma_id,
    rma_line_id
from core.rma_lines
where
    rma_id not in (select r.rma_id from core.rmas as r where r.rma_id is not null)
