"""Text from outside, made fit for a terminal, a log line or a message.

A file's name, a column's or a cell may hold escape sequences that move the cursor, set colours or
write over what stands there. Spelt out they do nothing.
"""

import unicodedata

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def printable(text: str) -> str:
    r"""The same text with everything that is not seen spelt out, as `\x1b`; words stay as they are.

    >>> printable("订单\x1b[2J")
    '订单\\x1b[2J'
    """
    if text.isprintable():
        return text
    return "".join(
        char.encode("unicode_escape", "surrogatepass").decode()
        if unicodedata.category(char) in _UNSEEN
        else char
        for char in text
    )
