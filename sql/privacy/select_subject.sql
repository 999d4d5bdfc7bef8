-- What stands for the person in a receipt: a keyed hash that leads to no row.
select keyed_hash('receipt', getvariable('customer')) as subject
