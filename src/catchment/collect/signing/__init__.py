"""Signing: servers that prove who they are with each request, as Standard Webhooks describes.

A source may have *secrets*, several at once while one is replaced by the next. A request signed
with one of them is *attested*; with a source whose word settles matters, *settled*; all others are
claims. A signature covers the body as it was on the wire, holds for a few minutes, and counts once.
"""
