"""What is held: the quarantine as it lies in the records."""
