"""Pipelines: the Dagster graph, the warehouse, publishing and the command line; the only place with I/O."""
