-- One row a contact of a shopper with support by the cut.
select * exclude (updated_at, source)
from delivered_support_contacts
where contacted_at <= getvariable('cut_at')
order by contact_id
