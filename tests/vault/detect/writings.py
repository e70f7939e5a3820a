"""Ways in which people write numbers: gaps, other widths, prefixes, and what stands around them."""

from __future__ import annotations

from hypothesis import strategies as st

GAPS = st.sampled_from(
    ["", " ", "-", ".", "\u3000", "\u2013", "\u00a0", "\u200b", "\u2007", "%20", "%2D", "%2520"]
)
CARD_GAPS = st.sampled_from(["", " ", "-", "\u3000"])
WIDTHS = st.sampled_from(["ascii", "full", "arabic", "bold"])
ZEROS = {"ascii": "0", "full": "\uff10", "arabic": "\u0660", "bold": "\U0001d7ce"}
BEFORE = st.sampled_from(
    [
        "",
        "\u7535\u8bdd",
        "tel:",
        "call me at ",
        "\uff08",
        "(",
        "2026-03-01 ",
        "#",
        "\n",
        "no. 7, ",
        "q=%20",
        "%7B%22a%22%3A%22",
    ]
)
BEHIND = st.sampled_from(["", "\u3002", " please", ")", "\uff09", ", ok", "x", "\u53f7", "\n"])

MOBILES = st.from_regex(r"\A1[3-9][0-9]{9}\Z")


def written(digits: str, sizes: list[int], gap: str, width: str) -> str:
    """Digits in groups of these sizes, the rest in the last, in a width."""
    groups, at = [], 0
    for size in sizes:
        groups.append(digits[at : at + size])
        at += size
    text = gap.join([*groups, digits[at:]])
    zero = ord(ZEROS[width])
    return "".join(chr(zero + int(one)) if one in "0123456789" else one for one in text)


@st.composite
def mobiles_written(draw: st.DrawFn) -> tuple[str, str]:
    """A mobile number of the mainland, and a text with it."""
    digits = draw(MOBILES)
    gap, width = draw(GAPS), draw(WIDTHS)
    prefix = draw(
        st.sampled_from(["", "+86", "86", "0086", "\uff0b86", "+86 ", "86-", "0086 ", "0"])
    )
    if "%" in gap:
        width = "ascii"
    number = written(digits, draw(st.sampled_from([[3, 4], [3, 3, 3], [11], [4, 4]])), gap, width)
    before = draw(BEFORE)
    if prefix and before.endswith(("-01 ", "7, ")):
        before = ""
    return digits, before + prefix + number + draw(BEHIND)
