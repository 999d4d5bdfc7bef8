-- The options that a file was read by, for ledgers that were made before there were any; null where none was set.
alter table raw.ingest_ledger add column if not exists reader_options varchar
