-- What stands around a value and is no part of it: tabs, line ends, and the hard (160, 8239), ideographic (12288) and
-- zero-width (8203, 65279) spaces that come with copied text. A variable, because it is put together once.
set variable blanks
= ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160) || chr(8203) || chr(8239) || chr(12288)
|| chr(65279)
