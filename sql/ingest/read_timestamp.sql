-- ISO 8601 in UTC, 1900 to 2199; an offset is applied, a missing one is UTC. DuckDB alone would read 17, 'epoch'
-- or an offset of 25 hours too, and would not read an offset after minutes. What has no offset, as most cells have, is
-- read without looking for one.
create or replace macro read_timestamp(cell) as
case
    when regexp_full_match(cell, '(19|20|21)\d{2}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?')
        then try_cast(cell as timestamp)
    when
        regexp_full_match(
            cell,
            '(19|20|21)\d{2}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)? ?'
            '([zZ]|UTC|[+-](0\d|1[0-4])(:?[0-5]\d)?)'
        )
        then cast(
            try_cast(
                regexp_replace(
                    regexp_replace(regexp_replace(cell, ' ?(UTC|z|Z)$', '+00'), ' ([+-])', '\1'),
                    '^(.{16})([+-])', '\1:00\2'
                ) as timestamptz
            ) as timestamp
        )
end
