"""Features: pure Polars functions from core frames to what was known about each RMA, and their contracts."""
