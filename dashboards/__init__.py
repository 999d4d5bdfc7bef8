"""Dashboards: what people see, made from a published set alone."""
