"""Keys: a tree of them, apart from the data, each wrapped by the one above it.

The *master key* is a file of its own. It wraps each workspace's *root*, from which secrets are
derived, and its *workspace keys*, one line of versions per class of data. Those wrap the *subject
keys*, one per person, purpose and class: destroying them is forgetting. A *key store* keeps all of
it; the *key ring* is what everybody else holds.
"""
