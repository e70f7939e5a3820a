"""The managing API: an edge that parses, asks one context one question, and renders the answer.

No rule of business lives here. A request is authenticated, its right is checked in one place, its
work happens in one transaction, and whatever goes wrong comes back as an RFC 9457 problem.
"""
