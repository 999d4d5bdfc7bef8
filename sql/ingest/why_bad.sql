-- What keeps a cell from being read, in words that do not show it; null where there is nothing to add. sort is what it
-- should be (number, moment, id); with is_open its column settles on no style.
create or replace macro why_bad(cell, sort, is_open) as
case
    when sort = 'number' and is_open and plain_number(money_body(cell), '.') <> plain_number(money_body(cell), ',')
        then 'it can be read in more than one way; declare decimal for the source'
    when sort = 'moment' and is_open and len(readings(numbered_moment(cell))) > 1
        then 'it can be read in more than one way; declare date_order for the source'
    when sort = 'number' then why_number(cell)
    when sort = 'moment' then why_moment(cell)
    when sort = 'id' then why_id(cell)
end
