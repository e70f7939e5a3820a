"""Showing: a mask in the place of every token, in texts and in JSON, many at once."""

from collections.abc import Callable, Sequence
from typing import Any

from catchment.vault.tokens import TOKEN, TOKEN_MARK, Token

Masks = Callable[[Sequence[Token]], Sequence[str]]
"""The masks of tokens, in their order."""


def shown_texts(texts: Sequence[str], masks: Masks) -> list[str]:
    """The texts with masks for tokens; each distinct token is asked for once."""
    shown = _masks_of([text for text in texts if TOKEN_MARK in text], masks)
    if not shown:
        return list(texts)
    return [
        TOKEN.sub(lambda found: shown[found[0]], text) if TOKEN_MARK in text else text
        for text in texts
    ]


def shown_json(value: Any, masks: Masks) -> Any:
    """A value that is JSON with masks for tokens, in the names of members as well."""
    texts: list[str] = []
    _gather(value, texts)
    shown = _masks_of(texts, masks)
    return _replaced(value, shown) if shown else value


def _masks_of(texts: Sequence[str], masks: Masks) -> dict[str, str]:
    found = {match[0]: Token(*match.groups()) for text in texts for match in TOKEN.finditer(text)}
    if not found:
        return {}
    return dict(zip(found, masks(list(found.values())), strict=True))


def _gather(value: Any, texts: list[str]) -> None:
    if isinstance(value, str):
        if TOKEN_MARK in value:
            texts.append(value)
    elif isinstance(value, dict):
        for name, one in value.items():
            _gather(name, texts)
            _gather(one, texts)
    elif isinstance(value, list | tuple):
        for one in value:
            _gather(one, texts)


def _replaced(value: Any, shown: dict[str, str]) -> Any:
    if isinstance(value, str):
        if TOKEN_MARK not in value:
            return value
        return TOKEN.sub(lambda found: shown[found[0]], value)
    if isinstance(value, dict):
        return {_replaced(name, shown): _replaced(one, shown) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(one, shown) for one in value]
    return value
