-- One row a verdict given by the cut; who decided is one of the row's keys.
select * exclude (updated_at, source)
from delivered_review_labels
where decided_at <= getvariable('cut_at')
order by rma_id, decided_by
