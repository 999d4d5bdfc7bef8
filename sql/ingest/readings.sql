-- The different moments that a text of numbered_moment may mean, in the orders of day, month and year that read it.
create or replace macro readings(text) as
list_distinct(
    list_filter(
        [read_ordered(text, 'dmy'), read_ordered(text, 'mdy'), read_ordered(text, 'ymd')],
        lambda moment: moment is not null
    )
)
