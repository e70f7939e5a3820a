"""Masks: what of an identifier is shown to somebody who works with people every day.

Enough to tell two apart and to compare with what a caller says, too little to call a person or to
look them up elsewhere. One mask per kind.
"""

from typing import Any

_DOTS = "****"
_PHONE_HEAD = 3
_PHONE_TAIL = 4
_SHORT = 4
_LONG = 8
_PLAIN_MAX = 64

UNMASKED = frozenset({"user"})
"""A sender's own id of a user is how operators name a person, and says nothing elsewhere."""

_PERSONAL = {
    "phone": "phone", "mobile": "phone", "telephone": "phone", "email": "email",
    "openid": "openid", "unionid": "unionid", "external_userid": "external_userid",
    "idcard": "idcard", "id_card": "idcard", "address": "address",
}  # fmt: skip
"""Words in a trait's name that say its value is an identifier, and how that is masked."""


def mask(kind: str, value: str) -> str:
    """The value as it may be shown.

    >>> mask("phone", "+8613812345678")
    '138****5678'
    >>> mask("email", "lin@example.com")
    'l****@example.com'
    """
    if kind in UNMASKED:
        return value[:_PLAIN_MAX]
    if kind == "phone":
        return _phone(value)
    if kind == "email":
        name, _, domain = value.rpartition("@")
        return f"{name[:1]}{_DOTS}@{domain}" if name else _middle(value)
    scope, colon, bare = value.partition(":")
    # A scope without a value behind it is no scope, but a value that ends in a colon.
    return f"{scope}:{_middle(bare)}" if colon and bare else _middle(value)


def mask_trait(name: str, value: Any) -> Any:
    """A trait's value, masked where its name says that it is an identifier, however deep.

    >>> mask_trait("mobile", "13812345678")
    '138****5678'
    """
    if isinstance(value, list):
        return [mask_trait(name, one) for one in value]
    if isinstance(value, dict):
        return {key: mask_trait(f"{name}.{key}", one) for key, one in value.items()}
    word = next((word for word in _PERSONAL if word in name.lower()), None)
    if word is None or value is None or isinstance(value, bool):
        return value
    return mask(_PERSONAL[word], str(value))


def _phone(value: str) -> str:
    digits = value.removeprefix("+86")
    if len(digits) <= _PHONE_HEAD + _PHONE_TAIL:
        return _middle(digits)
    return f"{digits[:_PHONE_HEAD]}{_DOTS}{digits[-_PHONE_TAIL:]}"


def _middle(value: str) -> str:
    if len(value) <= _SHORT:
        return _DOTS
    kept = 2 if len(value) <= _LONG else _SHORT
    return f"{value[:kept]}{_DOTS}{value[-kept:]}" if kept * 2 < len(value) else _DOTS
