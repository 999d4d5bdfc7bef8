-- A stored hash under one more key: HMAC-SHA256 of its text, cut to 128 bits as the first one was. What is no hash (the
-- pseudonym of an erased person) stays as it is.
create or replace temp macro relinked_hash(held, place) as
case
    when regexp_full_match(held, '[0-9a-f]{32}')
        then
            substr(
                sha256(
                    getvariable('outer_pads')[place]
                    || unhex(sha256(getvariable('inner_pads')[place] || encode(held)))
                ),
                1, 32
            )
    else held
end
