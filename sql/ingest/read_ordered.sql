-- A moment of numbered_moment in the order given (dmy, mdy, ymd), in UTC as read_timestamp has it.
create or replace macro read_ordered(text, ordering) as
list_extract(
    list_transform(
        list_transform([ordered_moment(text, ordering)], lambda moment: iso_time(moment)),
        lambda iso: read_timestamp(iso)
    ),
    1
)
