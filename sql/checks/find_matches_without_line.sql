-- Matches of RMA lines that are not in core.rma_lines.
select
    1 as n_rows,
    m.rma_id,
    m.rma_line_id
from core.rma_matches as m
left join core.rma_lines as l on m.rma_id = l.rma_id and m.rma_line_id = l.rma_line_id
where l.rma_id is null
