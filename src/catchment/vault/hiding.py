"""Hiding: personal data found and masked in what is only shown, and kept nowhere.

For what was never moved to the vault, as the live tail, a quarantined payload, a row of an import
or a line of a log. It takes no key and never fails.
"""

import re
from typing import Any
from urllib.parse import unquote

import msgspec

from catchment.vault.detect.findings import Findings
from catchment.vault.detect.names import BY_NAME, NAME, PERSON_NAMES
from catchment.vault.detect.text import find_in
from catchment.vault.detect.walk import Walker
from catchment.vault.fields.types import DeclaredFields, plain_key
from catchment.vault.json_text import decode_tree, encode_tree
from catchment.vault.masking import HIDDEN, mask, mask_found

_WALKER = Walker(DeclaredFields(), marks_tokens=False)
_PROFILES = "profile_"
_MEMBER = re.compile(
    r'"([^"\\]{1,64})"\s*:\s*"?((?:[^"\\,{}\[\]]|\\.)*)'
    r"|(?:^|[&?\s])([^=&?\s]{1,64})=([^&\s]*)"
)
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{64,}(?:=|%3D){0,2}")


def hide_text(text: str) -> str:
    """A text with every personal value that is found in it masked.

    >>> hide_text("call 138 1234 5678")
    'call 138****5678'
    """
    return mask_found(text) if find_in(text) else text


def hide_json(raw: bytes) -> bytes:
    """A body with every personal value masked, by its field's name or by its looks.

    What is no JSON is treated as text. What holds nothing personal is given back as it came.
    """
    try:
        tree = decode_tree(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _hidden_text(raw)
    if not isinstance(tree, dict | list):
        return _hidden_text(raw)
    return encode_tree(tree) if hide_tree(tree) else raw


def unhide(original: bytes, sent_back: bytes) -> bytes:
    """What was shown by `hide_json` and came back, with what it was where a mask was left alone.

    >>> unhide(b'{"phone":"13812345678"}', b'{"phone":"138****5678","vip":true}')
    b'{"phone":"13812345678","vip":true}'
    """
    try:
        told, back = decode_tree(original), decode_tree(sent_back)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _unhidden_text(original, sent_back)
    shown = decode_tree(hide_json(original))
    back, is_changed = _unhidden(told, shown, back)
    return encode_tree(back) if is_changed else sent_back


def _unhidden(told: Any, shown: Any, back: Any) -> tuple[Any, bool]:
    """Puts back what was hidden, wherever the mask stands where it stood."""
    if isinstance(told, dict) and isinstance(shown, dict) and isinstance(back, dict):
        pairs = zip(told, shown, strict=False)
        names: dict[Any, Any] = {mask_name: name for name, mask_name in pairs if name != mask_name}
        found: dict[Any, Any] = {}
        is_changed = False
        for name, value in back.items():
            true_name = names.get(name, name)
            one, changed = _unhidden(told.get(true_name), shown.get(name), value)
            found[true_name] = one
            is_changed = is_changed or changed or true_name != name
        return found, is_changed
    if isinstance(told, list) and isinstance(shown, list) and isinstance(back, list):
        parts = [_unhidden(*three) for three in zip(told, shown, back, strict=False)]
        rest = back[len(parts) :]
        return [one for one, _ in parts] + rest, any(changed for _, changed in parts)
    if shown != told and shown == back:
        return told, True
    return back, False


def _unhidden_text(original: bytes, sent_back: bytes) -> bytes:
    """The same for what is no JSON: the first mask is the first value's, and so on."""
    told = original.decode("utf-8", "replace")
    text, at = sent_back.decode("utf-8", "replace"), 0
    for start, end, shown in _hidden_parts(told):
        place = text.find(shown, at)
        if place >= 0:
            text = text[:place] + told[start:end] + text[place + len(shown) :]
            at = place + end - start
    return text.encode() if at else sent_back


def _hidden_text(raw: bytes) -> bytes:
    text = raw.decode("utf-8", "replace")
    parts, at = [], 0
    for start, end, shown in _hidden_parts(text):
        parts += [text[at:start], shown]
        at = end
    return "".join([*parts, text[at:]]).encode() if parts else raw


def _hidden_parts(text: str) -> list[tuple[int, int, str]]:
    """What is hidden in a body that is broken, or a form's: from where, to where, and its mask."""
    found = [
        (one.start, one.end, mask(one.kind, text[one.start : one.end])) for one in find_in(text)
    ]
    for match in _MEMBER.finditer(text):
        plain = plain_key(unquote(match[1] or match[3]))
        kind = BY_NAME.get(plain) or (NAME if plain in PERSON_NAMES else None)
        group = 2 if match[1] else 4
        if kind is not None and match[group]:
            found.append((*match.span(group), mask(kind, unquote(match[group]))))
    # Nobody reads this, but anybody can have it read.
    found += [(*match.span(), f"{match[0][:4]}{HIDDEN}") for match in _ENCODED.finditer(text)]
    return _apart(found)


def _apart(found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """In order, the larger of two that overlap."""
    kept: list[tuple[int, int, str]] = []
    for one in sorted(found, key=lambda one: (one[0], -one[1])):
        if not kept or one[0] >= kept[-1][1]:
            kept.append(one)
    return kept


def hide_tree(tree: Any) -> bool:
    """Masks what is personal in decoded JSON, in place; whether there was anything."""
    found = Findings()
    _WALKER.walk(tree, (), found, is_person=_is_profile(tree))
    found.replace([mask(spot.kind, spot.value) for spot in found.spots])
    return bool(found.edits)


def _is_profile(tree: Any) -> bool:
    """Whether it tells of a person and nothing else, as Sensors Data's profiles do."""
    told = tree.get("type") if isinstance(tree, dict) else None
    return isinstance(told, str) and told.startswith(_PROFILES)
