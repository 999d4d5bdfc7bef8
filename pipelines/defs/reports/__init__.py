"""Dagster definitions of the reports group; they meet the others by asset key alone."""
