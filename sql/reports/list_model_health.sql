-- One row a check of the model and what it is about.
select
    h.check,
    h.subject,
    h.stage,
    h.since,
    h.n_before,
    h.n_recent,
    h.value,
    h.low,
    h.high,
    h.threshold,
    h.is_alert
from score.model_health as h
order by h.check, h.subject, h.stage, h.since
