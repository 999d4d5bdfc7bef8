"""The report tables: one module a subject declares its tables; ``catalogue.py`` puts them in order."""
