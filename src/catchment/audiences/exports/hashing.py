"""Identifiers as ad platforms hash them: SHA-256 of each spelling that one of them uses."""

from hashlib import sha256

PHONE_COLUMNS = ("phone_e164_sha256", "phone_digits_sha256", "phone_mainland_sha256")
EMAIL_COLUMNS = ("email_sha256", "email_google_sha256")

_MAINLAND = "+86"
_MAINLAND_MOBILE_LENGTH = 11
_GOOGLE_MAIL = frozenset({"gmail.com", "googlemail.com"})


def hashed_phone(phone: str) -> tuple[str, str, str]:
    """SHA-256 of an E.164 number in three spellings.

    With its plus; its digits alone; and, of a mobile of mainland China, the eleven digits it has
    at home. The last is empty for all others.
    """
    digits = phone.removeprefix("+")
    home = phone.removeprefix(_MAINLAND) if phone.startswith(_MAINLAND) else ""
    is_mobile = len(home) == _MAINLAND_MOBILE_LENGTH and home.startswith("1")
    return _hash(f"+{digits}"), _hash(digits), _hash(home) if is_mobile else ""


def hashed_email(email: str) -> tuple[str, str]:
    """SHA-256 of an address in two spellings.

    Trimmed and lower-cased; and as Google reads its own addresses, without dots and without what
    follows a plus sign.
    """
    plain = email.strip().lower()
    name, _, domain = plain.rpartition("@")
    if domain in _GOOGLE_MAIL:
        name = name.partition("+")[0].replace(".", "")
    return _hash(plain), _hash(f"{name}@{domain}")


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
