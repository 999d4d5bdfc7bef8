-- Whom the warehouse must not know again: one row an identifier of an erased person, as a keyed hash, with the
-- pseudonym that stands for it in every table. A mailbox (a hash itself, which changes with the key) is kept sealed.
create table if not exists raw.erased (
    role varchar,
    hash varchar,
    pseudonym varchar,
    erased_at timestamp,
    sealed varchar
)
