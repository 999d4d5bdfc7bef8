"""The decision store: what people decided about cases, who may, and the audit of it, outside of the warehouse."""
