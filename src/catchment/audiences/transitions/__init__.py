"""Transitions: who moved, when, by what cause, and how many did."""
