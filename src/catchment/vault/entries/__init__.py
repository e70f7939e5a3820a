"""The vault's entries: sealed values in a database of their own, apart from the records."""
