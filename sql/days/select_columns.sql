-- Every column that the warehouse knows, with its type, in the order of its table.
select
    c.schema_name,
    c.table_name,
    c.column_name,
    c.data_type
from duckdb_columns() as c
order by c.schema_name, c.table_name, c.column_index
