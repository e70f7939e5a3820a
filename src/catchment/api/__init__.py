"""The managing API: an edge that parses, asks one context one question, and renders the answer.

No rule of business lives here. A request is authenticated, its right is checked in one place, its
work happens in one transaction, and whatever goes wrong comes back as an RFC 9457 problem. The
collector lives here too and needs none of that, so the rest is loaded when first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catchment.api.application import create_app
    from catchment.api.openapi import openapi_document
    from catchment.api.services import Services

_ROOMS = {"create_app": "application", "openapi_document": "openapi", "Services": "services"}

__all__ = ["Services", "create_app", "openapi_document"]


def __getattr__(name: str) -> object:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{room}"), name)
