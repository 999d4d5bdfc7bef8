-- An identifier that a translation put together from delivered ones.
insert into named values ($role, $value, $pseudonym, false)
