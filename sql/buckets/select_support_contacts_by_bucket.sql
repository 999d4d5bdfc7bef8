-- Contacts with support, once for each bucket that needs what their shopper did.
select
    shoppers.bucket,
    (shoppers.bucket = bucket_of(support_contacts.customer_id)) as is_home,
    support_contacts.*
from support_contacts
inner join shoppers on support_contacts.customer_id = shoppers.customer_id
