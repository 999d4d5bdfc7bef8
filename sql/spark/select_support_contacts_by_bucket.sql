-- Contacts with support, in the bucket of their shopper; those of shoppers without an RMA are left out.
select
    shoppers.bucket,
    support_contacts.*
from support_contacts
inner join shoppers on support_contacts.customer_id = shoppers.customer_id
