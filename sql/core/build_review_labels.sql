-- One row a verdict given by as_of; who decided is one of the row's keys.
select * exclude (source)
from delivered_review_labels
where decided_at <= getvariable('as_of')
order by rma_id, decided_by
