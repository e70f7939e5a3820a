"""The check digits of the numbers that people are known by.

Chinese identity numbers follow GB 11643 (ISO 7064, MOD 11-2), bank cards ISO/IEC 7812 (Luhn).
"""

from datetime import date

IDCARD_LENGTH = 18
_FACTORS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_REGIONS = frozenset(
    {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
     53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91}
)  # fmt: skip
_BORN_FIRST, _BORN_LAST = 1880, 2099

_CARD_LENGTHS: tuple[tuple[tuple[str, ...], tuple[int, ...]], ...] = (
    (("62", "81"), (16, 17, 18, 19)),
    (("4",), (16,)),
    (("51", "52", "53", "54", "55"), (16,)),
    (tuple(str(prefix) for prefix in range(2221, 2721)), (16,)),
    (tuple(str(prefix) for prefix in range(3528, 3590)), (16,)),
    (("34", "37"), (15,)),
    (("6011", "65"), (16,)),
)
"""First digits of those who issue cards, and how long theirs are: UnionPay, Visa, Mastercard, JCB,
American Express, Discover."""


def is_idcard(digits: str) -> bool:
    """Whether this is an identity number of mainland China: region, birthday, check digit."""
    if len(digits) != IDCARD_LENGTH or not digits[:17].isdecimal():
        return False
    if int(digits[:2]) not in _REGIONS or not _is_day(digits[6:14]):
        return False
    total = sum(int(digit) * factor for digit, factor in zip(digits[:17], _FACTORS, strict=True))
    return _CHECKS[total % 11] == digits[17].upper()


def is_bankcard(digits: str) -> bool:
    """Whether this is the number of a bank card: issuer, length, check digit."""
    if not digits.isdecimal():
        return False
    is_issued = any(
        len(digits) in lengths and digits.startswith(prefixes)
        for prefixes, lengths in _CARD_LENGTHS
    )
    return is_issued and is_luhn(digits)


def is_luhn(digits: str) -> bool:
    """Whether the last digit is the others' check digit."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 + place % 2)
        total += number - 9 if number > 9 else number  # noqa: PLR2004  (the sum of its two digits)
    return total % 10 == 0


def _is_day(text: str) -> bool:
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    if not _BORN_FIRST <= year <= _BORN_LAST:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
