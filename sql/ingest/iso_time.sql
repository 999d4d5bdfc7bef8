-- A moment whose day is in ISO form, with its time in ISO form too: 3:04 PM is 15:04, 9:05 is 09:05, GMT is Z.
create or replace macro iso_time(text) as
case
    when regexp_matches(text, ':\d{2} ?[AaPp]\.?[Mm]\.?$')
        then
            strftime(
                try_strptime(
                    upper(regexp_replace(text, ' ?([AaPp])\.?([Mm])\.?$', ' \1\2')),
                    ['%Y-%m-%d %I:%M %p', '%Y-%m-%d %I:%M:%S %p']
                ),
                '%Y-%m-%d %H:%M:%S'
            )
    else
        regexp_replace(
            regexp_replace(regexp_replace(text, '[T ](\d):', ' 0\1:'), '(:\d{2}),(\d)', '\1.\2'), ' ?GMT$', 'Z'
        )
end
