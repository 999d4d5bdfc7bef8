"""Dagster definitions of the ingest group; they meet the others by asset key alone."""
