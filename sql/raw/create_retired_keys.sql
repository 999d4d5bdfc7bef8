-- The keys before the present one, the oldest first, each sealed with the present one: later deliveries are hashed with
-- all of them in turn, so that the same person keeps the same hash.
create table if not exists raw.retired_keys (
    place bigint,
    sealed varchar
)
