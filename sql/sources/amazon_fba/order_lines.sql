-- Order lines of Amazon's All Orders report, as amazon_fba delivered them (sql/sources/amazon_fba/views).
select *
from amazon_order_lines
where source = 'amazon_fba'
