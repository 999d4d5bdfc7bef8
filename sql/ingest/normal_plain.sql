-- A machine's mark (payment fingerprint, device, IP address) or a name: lower case, single blanks.
create or replace macro normal_plain(cell) as
regexp_replace(lower(strip_accents(cell)), '\s+', ' ', 'g')
