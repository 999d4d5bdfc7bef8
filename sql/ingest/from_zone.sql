-- The moment in UTC of what a clock in a time zone showed. Of an hour that the clock ran through twice the second is
-- meant; a time that the clock skipped is null, but for a day without a time, which begins when the clock goes on.
create or replace macro from_zone(shown, zone, is_day) as
case
    when is_day or timezone(zone, timezone(zone, shown)) = shown then timezone('UTC', timezone(zone, shown))
end
