-- Every account tells its lesser neighbours, and itself, of the least of them.
with least_known as (
    select
        a as account,
        min(b) as least_account
    from edges
    group by a
)

select
    account as a,
    least_account as b
from least_known
union
select
    edges.b as a,
    least_known.least_account as b
from edges
inner join least_known on edges.a = least_known.account
where edges.b <> least_known.least_account
