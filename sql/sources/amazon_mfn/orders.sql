-- Orders of Amazon's All Orders report, as amazon_mfn delivered them (sql/sources/amazon_fba/views).
select *
from amazon_orders
where source = 'amazon_mfn'
