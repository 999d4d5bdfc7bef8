"""From a delivered file to typed rows: find it, open it, read its cells, judge each row, merge what is good."""
