-- One phone, one spelling: digits only, without an international prefix of zeros.
create or replace macro normal_phone(cell) as
regexp_replace(regexp_replace(cell, '\D', '', 'g'), '^0+', '')
