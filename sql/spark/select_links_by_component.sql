-- All links of accounts that a chain of links joins together. A component is named after its least account.
select
    bucket_of(coalesce(stars.b, links.a)) as bucket,
    links.*
from links
left join stars on links.a = stars.a
