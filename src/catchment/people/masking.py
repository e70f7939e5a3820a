"""Masks: what of an identifier is shown to somebody who works with people every day.

Enough to tell two apart and to compare with what a caller says, too little to call a person or to
look them up elsewhere. One mask per kind.
"""

_DOTS = "****"
_PHONE_HEAD = 3
_PHONE_TAIL = 4
_SHORT = 4
_LONG = 8
_PLAIN_MAX = 64

UNMASKED = frozenset({"user"})
"""A sender's own id of a user is how operators name a person, and says nothing elsewhere."""


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
    return f"{scope}:{_middle(bare)}" if colon else _middle(value)


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
