-- The plain form of a number that only one decimal mark reads, or that both read alike; null for 1,234 and the like.
create or replace macro sole_number(body) as
case
    when plain_number(body, '.') is null then plain_number(body, ',')
    when plain_number(body, ',') is null or plain_number(body, ',') = plain_number(body, '.')
        then plain_number(body, '.')
end
