-- RMA lines, once for each bucket that needs their RMA.
select
    rma_places.bucket,
    rma_places.is_home,
    rma_lines.*
from rma_lines
inner join rma_places on rma_lines.rma_id = rma_places.rma_id
