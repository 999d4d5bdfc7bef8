-- The pattern of a day with the English name of its month, in either order: 10 Jul 2025, Thursday, July 10, 2025.
create or replace macro month_pattern() as
replace(
    '(?i)^''?(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? )?'
    '(?:(\d{1,2})[ -](MONTH)\.?,?[ -](\d{4})|(MONTH)\.? (\d{1,2}),? (\d{4}))\b',
    'MONTH',
    'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?'
    '|nov(?:ember)?|dec(?:ember)?'
)
