-- A moment of numbered_moment in ISO form, if its day, month and year stand in this order (dmy, mdy, ymd). A year of
-- four digits in front is a year in every order; one of two digits is 2000 to 2068 (what is above is of no certain
-- century). What cannot be so ordered comes back as something that read_timestamp does not read.
create or replace macro ordered_moment(text, ordering) as
regexp_replace(
    regexp_replace(
        regexp_replace(
            regexp_replace(text, '^(\d{4})[/.](\d{1,2})[/.](\d{1,2})\b', '\1-\2-\3'),
            '^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(\D.*)?$',
            case ordering when 'dmy' then '\3-\2-\1\4' when 'mdy' then '\3-\1-\2\4' else '\1-\2-\3\4' end
        ),
        '^([0-5]\d|6[0-8])-', '20\1-'
    ),
    '-(\d)\b', '-0\1', 'g'
)
