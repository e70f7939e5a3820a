"""The trail: who read which personal data, what for and why; and what was done to its keeping.

Every entry holds the hash of the one before, so that nothing can be changed, taken out or moved
without breaking the chain; its end is signed every day, and told to a second place beside the keys,
so that the chain cannot be written anew nor cut short. It finds edits; it cannot find a lie of the
writer.
"""
