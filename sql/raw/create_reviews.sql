-- People's verdicts from the decision store, one row an RMA, as it stood when the last run began.
create table if not exists raw.reviews (
    rma_id varchar, verdict varchar, decided_at timestamp, decided_by varchar
)
