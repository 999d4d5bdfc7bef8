"""The pages, one module each: what it asks of the published set and how its charts are drawn."""
