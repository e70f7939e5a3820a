"""How an identifier from outside is written: its kind, its scope, and its one spelling.

A phone number written three ways is one number, and an openid means somebody only beside the app
that gave it. Whoever hashes an identifier, on landing or when people are joined, takes its spelling
from here, so that both mean the same person.

`context.externalIds` is Segment's shape: `[{"id": "+8613812345678", "type": "phone"}, …]`. An entry
may name its scope: `"scope"`, or `"app"`, `"corp"`, `"platform"`. Of a kind that needs one,
Segment's own `"collection"` serves too, unless it is `"users"`, which its clients say anyway.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

USER = "user"
ANONYMOUS = "anon"
PHONE = "phone"
EMAIL = "email"

STRONGEST_FIRST = (
    USER, "unionid", PHONE, "openid", "external_userid", "buyer", EMAIL, "device", ANONYMOUS,
)  # fmt: skip
"""Which external id an event without a user id and a device's id is kept under. It never changes
with a workspace's rules, because events are never written again; joining follows the rules."""

SCOPED = frozenset({"openid", "external_userid"})
"""Kinds whose values mean nothing without the app or the company that gave them."""

IDENTIFIER_LENGTH_MAX = 512
"""An identifier longer than this is a mistake, such as a whole token."""

EXTERNAL_IDS_MAX = 16
"""So many external ids of one event are read."""

HOME_REGION = "CN"
"""Where a phone number without a country is from."""

BLOCKED_IDS = frozenset(
    {
        "-1",
        "[object object]",
        "anonymous",
        "anonymous_id",
        "distinct_id",
        "guest",
        "n/a",
        "nan",
        "nil",
        "none",
        "not_authenticated",
        "null",
        "undefined",
        "unknown",
    }
)
"""They stand for nobody in particular; compared without regard to case."""

_KIND = re.compile(r"[a-z][a-z0-9_]{0,31}")
_MAINLAND = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
_PHONE_NOISE = re.compile(r"[\s().\-\u00a0\u2010-\u2015\uff08\uff09]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_EMAIL_LENGTH_MAX = 254
_EXACT_FLOAT_MAX = 1 << 53
_CACHED = 1 << 16
_ALIASES: Mapping[str, str] = {
    "user_id": USER,
    "anonymous_id": ANONYMOUS,
    "mobile": PHONE,
    "ios.id": "device",
    "android.id": "device",
    "ios.idfa": "device",
    "android.idfa": "device",
}
_SCOPES = ("scope", "app", "corp", "platform")
_NO_COLLECTION = "users"


class IdentifierFlaw(StrEnum):
    """Why a value is no identifier."""

    BLOCKED = "blocked"
    MALFORMED = "malformed"
    TOO_LONG = "too_long"
    NO_SCOPE = "no_scope"


class Written(NamedTuple):
    """An external id as it was sent: the kind it says it is, the value, and its scope if any."""

    kind: str
    value: Any
    scope: str | None


def is_kind(name: str) -> bool:
    """Whether this can name a kind of identifier: small letters, digits, `_`; at most 32."""
    return _KIND.fullmatch(name) is not None


def written_ids(context: Mapping[str, Any]) -> Iterator[Written]:
    """The external ids of an event's context, in the order in which they were sent."""
    entries = context.get("externalIds")
    if not isinstance(entries, list):
        return
    for entry in entries[:EXTERNAL_IDS_MAX]:
        if not isinstance(entry, dict):
            continue
        told = entry.get("type")
        if not isinstance(told, str) or "id" not in entry:
            continue
        kind = _ALIASES.get(told, told)
        if is_kind(kind):
            yield Written(kind, entry["id"], _scope_of(kind, entry))


def _scope_of(kind: str, entry: Mapping[str, Any]) -> str | None:
    told = next((entry[name] for name in _SCOPES if entry.get(name)), None)
    if told is None and kind in SCOPED and entry.get("collection") != _NO_COLLECTION:
        told = entry.get("collection")
    return told if isinstance(told, str) and told else None


def spelling(kind: str, value: object, scope: str | None = None) -> str | IdentifierFlaw:
    """The one spelling of an identifier, or what is wrong with it.

    Args:
        kind: what it is; kinds that the house does not know are taken as they come.
        value: as sent: text, or a whole number.
        scope: the app of an openid, the company of a WeCom id, the platform of a buyer.
    """
    if isinstance(value, str):
        text = value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if isinstance(value, float) and not (value.is_integer() and abs(value) <= _EXACT_FLOAT_MAX):
            return IdentifierFlaw.MALFORMED
        text = str(int(value))
    else:
        return IdentifierFlaw.MALFORMED
    return _spelt(kind, text, scope)


@lru_cache(_CACHED)
def _spelt(kind: str, text: str, scope: str | None) -> str | IdentifierFlaw:
    bare = text.strip()
    flaw = _flaw_of(bare)
    if flaw is not None:
        return flaw
    if kind in {USER, ANONYMOUS}:
        # As everywhere: these two are hashed as they were sent.
        return text
    if kind == PHONE:
        return _phone(bare)
    if kind == EMAIL:
        return _email(bare)
    if kind in SCOPED and not scope and ":" not in bare.strip(":"):
        return IdentifierFlaw.NO_SCOPE
    return f"{scope.strip()}:{bare}" if scope else bare


def _flaw_of(bare: str) -> IdentifierFlaw | None:
    if len(bare) > IDENTIFIER_LENGTH_MAX:
        return IdentifierFlaw.TOO_LONG
    if not bare or not bare.isprintable():
        return IdentifierFlaw.MALFORMED
    if not bare.strip("0-") or bare.lower() in BLOCKED_IDS:
        return IdentifierFlaw.BLOCKED
    return None


def _phone(text: str) -> str | IdentifierFlaw:
    digits = _PHONE_NOISE.sub("", text)
    mainland = _MAINLAND.fullmatch(digits)
    if mainland is not None and mainland[1].isascii():
        return f"+86{mainland[1]}"
    import phonenumbers  # noqa: PLC0415  (heavy, and rarely needed)

    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        return IdentifierFlaw.MALFORMED
    if not phonenumbers.is_possible_number(number):
        return IdentifierFlaw.MALFORMED
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _email(text: str) -> str | IdentifierFlaw:
    if len(text) > _EMAIL_LENGTH_MAX or _EMAIL.fullmatch(text) is None:
        return IdentifierFlaw.MALFORMED
    return text.lower()


def strongest(context: bytes | str) -> tuple[str, str] | IdentifierFlaw | None:
    """Kind and spelling of the strongest external id of a context.

    Returns:
        The identifier; the flaw of the first where all are flawed; `None` where there is none.
    """
    return _strongest_of(read_context(context))


def read_context(context: bytes | str) -> Mapping[str, Any]:
    """The context as an object; an unreadable one says nothing."""
    text = context if isinstance(context, bytes) else context.encode("utf-8", "surrogatepass")
    if b'"externalIds"' not in text:
        return {}
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _strongest_of(context: Mapping[str, Any]) -> tuple[str, str] | IdentifierFlaw | None:
    best: tuple[int, str, str] | None = None
    flaw: IdentifierFlaw | None = None
    for written in written_ids(context):
        if written.kind not in STRONGEST_FIRST:
            continue  # a workspace's own kinds may come and go; what an event is kept under not
        spelt = spelling(*written)
        if isinstance(spelt, IdentifierFlaw):
            flaw = flaw or spelt
            continue
        claim = (STRONGEST_FIRST.index(written.kind), written.kind, spelt)
        if best is None or claim < best:
            best = claim
    return (best[1], best[2]) if best else flaw
