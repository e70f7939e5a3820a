"""Uploaded lists: identifiers from a file, kept as keyed hashes, matched to people when read."""
