-- The refused rows of a staged file.
insert into raw.quarantine
select
    $path as path,
    row_number,
    $table as "table",
    error_code,
    error,
    raw,
    $delivery_id as delivery_id
from read_parquet($staged)
where error_code is not null
order by row_number
