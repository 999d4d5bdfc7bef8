-- Earlier refusals of files that are refused once more without having been read: a file that is tried again by every
-- run has one row, the last one.
delete from raw.ingest_ledger
using delivered_files as d
where
    ingest_ledger.path = d.path
    and ingest_ledger.sha256 = ''
    and d.sha256 = ''
    and ingest_ledger.status = 'refused'
    and d.status = 'refused'
