"""Data quality: checks declared once, counted by DuckDB, judged by Great Expectations."""
