"""The REST interface for other systems: read the queue, cases and scores, and hand in decisions."""
