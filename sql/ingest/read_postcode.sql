-- A postcode as it stands, leading zeros kept; without the ' that spreadsheets put before digits ('01234 is 01234).
create or replace macro read_postcode(cell) as read_id(cell)
