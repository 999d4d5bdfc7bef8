-- When the last run read its deliveries; null before the first.
select max(l.loaded_at) as loaded_at
from raw.ingest_ledger as l
