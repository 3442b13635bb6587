"""Numbers that somebody sent as text: ids, counts, lengths."""

DIGITS = 18
"""So many always fit into a column of 64 bits."""


def whole(text: str, digits: int = DIGITS) -> int | None:
    """Return the number that these digits of ASCII say; None for anything else, and for more digits than that.

    `int` alone takes the digits of every script, which `str.isdigit` has more of than `int` knows, and gives up with a
    fault at some thousands.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
