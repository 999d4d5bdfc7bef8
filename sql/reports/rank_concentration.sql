-- One row a measure and share of shoppers, those with most of it first: how much of it is theirs.
-- Held: one thread alone reads a table that was made in the same transaction, and all work on what is held.
-- That table is stored in the order of its shoppers, so that their places in it break ties as their names would.
with known as materialized (
    select
        rowid as by_id,
        sales,
        returned_lines,
        refunds,
        cost
    from report.report_shoppers
),

shoppers as (
    select count(*) as n
    from known
),

measured as (
    select
        sales,
        unnest([
            { 'measure': 'sales', 'amount': sales },
            { 'measure': 'returned_lines', 'amount': returned_lines::decimal(18, 4) },
            { 'measure': 'refunds', 'amount': refunds },
            { 'measure': 'cost', 'amount': cost }
        ]) as entry,
        by_id
    from known
),

amounts as (
    select
        entry['measure'] as measure,
        entry['amount'] as amount,
        sales,
        by_id
    from measured
    where entry['amount'] > 0
),

ranked as (
    select
        measure,
        amount,
        row_number() over by_amount as place,
        sum(amount) over by_amount as running,
        sum(sales) over by_amount as running_sales
    from amounts
    window by_amount as (partition by measure order by amount desc, by_id asc rows unbounded preceding)
),

totals as (
    select
        measure,
        count(*) as n_positive,
        sum(amount) as amount,
        sum(amount::decimal(38, 4) * place) as weighted
    from ranked
    group by measure
),

shop_sales as (
    select sum(sales) as sales
    from known
),

wanted as (
    select
        shares.share,
        totals.*,
        shoppers.n,
        shop_sales.sales,
        ceil(shares.share * shoppers.n / 100)::bigint as n_shoppers
    from unnest([1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]) as shares (share)
    cross join totals
    cross join shoppers
    cross join shop_sales
)

select
    wanted.measure,
    wanted.share / 100 as top_share,
    wanted.n_shoppers,
    ranked.running::decimal(18, 4) as amount,
    ranked.running::double / wanted.amount::double as share_of_measure,
    if(wanted.n_shoppers <= wanted.n_positive, ranked.running_sales::double / nullif(wanted.sales, 0)::double, null)
        as share_of_sales,
    least(
        greatest((wanted.n + 1 - 2 * wanted.weighted::double / wanted.amount::double) / wanted.n, 0), 1
    ) as gini
from wanted
inner join ranked on wanted.measure = ranked.measure and least(wanted.n_shoppers, wanted.n_positive) = ranked.place
order by wanted.measure, top_share
