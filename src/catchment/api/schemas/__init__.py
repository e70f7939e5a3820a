"""What the API takes and gives, shape by shape: one file per context, no behaviour.

An *ask* is what a caller sends: bounded, closed to unknown fields, and free of characters that no
database keeps. An *answer* is what we send: every field always present, so that a typed client
needs no guesses. Field descriptions and examples here are the ones the API reference shows.
"""
