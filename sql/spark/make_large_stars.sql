-- Every account tells its greater neighbours of the least account that it knows, itself included.
with neighbours as (
    select
        a as account,
        b as other
    from edges
    union all
    select
        b as account,
        a as other
    from edges
),

least_known as (
    select
        account,
        least(account, min(other)) as least_account
    from neighbours
    group by account
)

select distinct
    neighbours.other as a,
    least_known.least_account as b
from neighbours
inner join least_known on neighbours.account = least_known.account
where neighbours.other > neighbours.account
