"""What is done for the people in the data: erasing one of them, and changing the key of the hashes."""
