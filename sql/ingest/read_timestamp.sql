-- ISO 8601 in UTC; an offset is applied, a missing one is UTC. DuckDB alone would read 17, 'epoch' or 'infinity' too.
create or replace macro read_timestamp(cell) as
case
    when
        regexp_full_match(
            cell,
            '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)? ?([zZ]|UTC|[+-]\d{2}(:?\d{2})?)?)?'
        )
        then cast(
            try_cast(regexp_replace(regexp_replace(cell, ' ?UTC$', 'Z'), ' ([+-])', '\1') as timestamptz)
            as timestamp
        )
end
