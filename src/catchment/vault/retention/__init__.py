"""Retention: how long a workspace keeps what, and what keeps no longer than that."""
