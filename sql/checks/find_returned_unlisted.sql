-- RMA lines whose SKU is not in core.products.
select
    1 as n_rows,
    rma_id,
    rma_line_id,
    sku
from core.rma_lines
where
    sku not in (select p.sku from core.products as p where p.sku is not null)
