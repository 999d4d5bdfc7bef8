-- One row a delivered file (by its path and content): what was read and what became of each row.
create table if not exists raw.ingest_ledger (
    delivery_id bigint,
    path varchar,
    sha256 varchar,
    source varchar,
    "table" varchar, -- noqa: RF06
    rows_read bigint,
    rows_loaded bigint,
    rows_updated bigint,
    rows_duplicate bigint,
    rows_stale bigint,
    rows_quarantined bigint,
    status varchar,
    error varchar,
    unknown_columns varchar,
    loaded_at timestamp,
    reader_options varchar,
    check (rows_read = rows_loaded + rows_updated + rows_duplicate + rows_quarantined)
)
