-- The one moment that a cell may mean in any order of day, month and year; null where it may mean several, or none.
create or replace macro sole_moment(cell) as
list_extract(
    list_transform([readings(numbered_moment(cell))], lambda found: if(len(found) = 1, list_extract(found, 1), null)), 1
)
