-- What people may see of a name, an address, a device or an IP address: its first character.
create or replace macro mask_head(cell) as substr(cell, 1, 1) || '***'
