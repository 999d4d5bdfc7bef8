-- RMA lines whose RMA is not in core.rmas.
select
    1 as n_rows,
    l.rma_id,
    l.rma_line_id
from core.rma_lines as l
left join core.rmas as r on l.rma_id = r.rma_id
where r.rma_id is null
