-- RMAs whose number of lines is not that of their lines in core.rma_lines.
with counted as (
    select
        rma_id,
        count(*) as n_lines
    from core.rma_lines
    group by rma_id
)

select
    1 as n_rows,
    r.rma_id,
    r.n_lines || ' said, ' || coalesce(c.n_lines, 0) || ' there' as found
from core.rmas as r
left join counted as c on r.rma_id = c.rma_id
where r.n_lines is distinct from coalesce(c.n_lines, 0)
