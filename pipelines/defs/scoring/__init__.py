"""Dagster definitions of the scoring group; they meet the others by asset key alone."""
