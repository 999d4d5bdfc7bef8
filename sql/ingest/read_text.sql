-- Free text as it stands.
create or replace macro read_text(cell) as cell
