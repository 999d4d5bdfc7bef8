-- A moment with an English month begun with year, month and day as numbers; any other text as it stands.
create or replace macro numbered_month(text) as
case
    when regexp_matches(text, '[A-Za-z]{3}') and regexp_matches(text, month_pattern())
        then regexp_replace(
            text,
            month_pattern(),
            '\3\6-' || list_position(
                ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
                left(lower(regexp_extract(text, month_pattern(), 2) || regexp_extract(text, month_pattern(), 4)), 3)
            ) || '-\1\5'
        )
    else text
end
