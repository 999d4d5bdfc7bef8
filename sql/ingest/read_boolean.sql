-- true/false, 1/0, yes/no, y/n, t/f, in any case; 1.0 and 0.0 as programs write a flag that may be missing.
create or replace macro read_boolean(cell) as
case
    when lower(cell) in ('true', '1', 'yes', 'y', 't', '1.0') then true
    when lower(cell) in ('false', '0', 'no', 'n', 'f', '0.0') then false
end
