"""Dagster definitions, a folder for each group of assets."""
