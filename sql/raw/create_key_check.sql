-- At most one row: a fingerprint of the key that the personal data of every delivery was hashed with.
create table if not exists raw.key_check (fingerprint varchar)
