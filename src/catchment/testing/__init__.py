"""The public test kit: fakes, builders, conformance suites and the traffic simulator.

Whoever writes an engine, a log or a connector of their own inherits the same exam as ours.
"""
