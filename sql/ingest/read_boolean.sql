-- true/false, 1/0, yes/no, y/n, t/f, on/off and the words of German, French, Spanish and Italian, in any case; 1.0 and
-- 0.0 as programs write a flag that may be missing.
create or replace macro read_boolean(cell) as
case
    when lower(cell) in ('true', '1', 'yes', 'y', 't', '1.0') then true
    when lower(cell) in ('false', '0', 'no', 'n', 'f', '0.0') then false
    when
        lower(cell) in ('on', 'ja', 'wahr', 'oui', 'vrai', 'si', 's' || chr(237), 's' || chr(236), 'verdadero', 'vero')
        then true
    when lower(cell) in ('off', 'nein', 'falsch', 'non', 'faux', 'falso') then false
end
