"""Dagster definitions of the quality group; they meet the others by asset key alone."""
