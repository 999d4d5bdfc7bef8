"""Dagster definitions of the features group; they meet the others by asset key alone."""
