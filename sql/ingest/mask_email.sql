-- What people may see of an e-mail address: its first letter.
create or replace macro mask_email(cell) as substr(cell, 1, 1) || '***@***'
