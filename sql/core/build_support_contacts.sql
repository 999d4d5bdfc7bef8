-- One row a contact of a shopper with support by as_of.
select * exclude (source)
from delivered_support_contacts
where contacted_at <= getvariable('as_of')
order by contact_id
