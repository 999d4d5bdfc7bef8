-- The refused rows of a delivered file, those that could not be split into cells among them.
insert into raw.quarantine
select
    path,
    row_number,
    table_name,
    error_code,
    error,
    raw,
    delivery_id
from refused
where error_code is not null
order by row_number
