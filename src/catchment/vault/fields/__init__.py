"""Fields: where personal data stands in events, of which kind and class it is, how long it is kept.

Some are built in and found by anybody's events; a workspace declares its own beside them.
"""
