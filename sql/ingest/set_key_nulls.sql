-- What programs and people write where an identifier is missing.
set variable key_nulls = [
    'NULL', 'null', '(null)', 'NaN', 'nan', 'NaT', 'None', '<NA>', '#N/A', 'N/A', 'n/a', '\N', '-', '--', '''', '=""'
]
