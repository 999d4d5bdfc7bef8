-- Contacts with support, once for each bucket that needs their shopper's past.
select
    shoppers.bucket,
    support_contacts.*
from support_contacts
inner join shoppers on support_contacts.customer_id = shoppers.customer_id
