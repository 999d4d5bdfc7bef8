-- An order that is written with and without its sign (#1001, 1001) keeps one pseudonym, with and without it.
update named
set pseudonym = '#' || plain.pseudonym
from named as plain
where named.role = 'order' and plain.role = 'order' and named.value = '#' || plain.value
