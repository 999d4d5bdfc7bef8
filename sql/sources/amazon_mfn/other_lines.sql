-- Lines that sold nothing of Amazon's All Orders report, as amazon_mfn delivered them (sql/sources/amazon_fba/views).
select *
from amazon_other_lines
where source = 'amazon_mfn'
