"""Numbers that somebody sent as text: ids, counts, lengths."""

from collab.lib.errors import BadInput

DIGITS = 18
"""So many always fit into a column of 64 bits."""


def whole(text: str, digits: int = DIGITS) -> int | None:
    """Return the number that these digits of ASCII say; None for anything else, and for more digits than that.

    `int` alone takes the digits of every script, which `str.isdigit` has more of than `int` knows, and gives up with a
    fault at some thousands.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def required(text: str, digits: int = DIGITS) -> int:
    """Return the same, of what a form or an address must say. Raises BadInput for anything else."""
    if (found := whole(text, digits)) is None:
        raise BadInput
    return found
