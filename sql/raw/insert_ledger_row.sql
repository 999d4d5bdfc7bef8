-- What became of one delivered file.
insert into raw.ingest_ledger values (
    $delivery_id, $path, $sha256, $source, $table,
    $rows_read, $rows_loaded, $rows_updated, $rows_duplicate, $rows_quarantined,
    $status, $error, $unknown_columns, $loaded_at
)
