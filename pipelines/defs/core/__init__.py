"""Dagster definitions of the core group; they meet the others by asset key alone."""
