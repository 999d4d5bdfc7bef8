-- HMAC-SHA256 (RFC 2104) of a kind and a normalised value, cut to 128 bits. The kind keeps a phone from equalling a
-- device; the pads hold the key, and are set for the session, so that no statement carries it.
create or replace temp macro keyed_hash(kind, value) as
substr(
    sha256(
        getvariable('outer_pad')
        || unhex(sha256(getvariable('inner_pad') || encode(kind || ':' || nullif(value, ''))))
    ),
    1, 32
)
