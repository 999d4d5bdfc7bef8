"""The decision store: what people decided about cases, who may, and the audit of it, outside of the warehouse."""

STORE_FILE = "reviews.sqlite"
"""Where the store lies in the home, unless ``[reviews] url`` names another place; known without loading the store."""
