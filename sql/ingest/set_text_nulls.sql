-- What programs write where a text is missing; a customer may well write a dash or the word None.
set variable text_nulls = ['NULL', 'null', '(null)', 'NaN', 'nan', 'NaT', '<NA>', '#N/A', '\N']
