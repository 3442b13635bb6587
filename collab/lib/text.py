"""Names as people give them: what is allowed, how they sort, how a free one is found."""

import re
import unicodedata
from collections.abc import Callable

from django.utils.translation import gettext as _

from collab.lib.errors import BadInput

NAME_BYTES = 255
_NUMBERED = re.compile(r"^(?P<stem>.*) \((?P<number>\d{1,6})\)$", re.DOTALL)
_DIGITS = re.compile(r"\d+")


def check_name(name: str) -> str:
    """Return the name unchanged if a file or folder may bear it, else raise BadInput with the reason.

    Bytes are kept as given (NFC and NFD are two names): a sync client must get back what it sent.
    """
    if not name or name in {".", ".."}:
        raise BadInput(_("A name is needed, and it cannot be “.” or “..”."))
    if "/" in name:
        raise BadInput(_("A name cannot contain “/”."))
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        raise BadInput(_("This name is not valid Unicode text.")) from None
    if size > NAME_BYTES:
        raise BadInput(_("This name is too long: 255 bytes at most, about 120 to 250 letters."))
    if any(unicodedata.category(char) == "Cc" for char in name):
        raise BadInput(_("A name cannot contain invisible control characters."))
    return name


def free_name(name: str, taken: Callable[[str], bool]) -> str:
    """Return `name`, or `stem (2).ext`, `stem (3).ext`… the first that is not taken."""
    if not taken(name):
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = name, "", ""
    found = _NUMBERED.match(stem)
    number = int(found["number"]) if found else 1
    stem = found["stem"] if found else stem
    while True:
        number += 1
        tail = f" ({number}){dot}{ending}"
        candidate = cut(stem, NAME_BYTES - len(tail.encode())) + tail
        if not taken(candidate):
            return candidate


def cut(text: str, size: int) -> str:
    """Return the longest beginning of `text` that fits in `size` bytes of UTF-8, whole characters only."""
    return text.encode()[:size].decode(errors="ignore")


def is_text(value: str) -> bool:
    """Whether the database can hold it: a forged mark may carry NUL or half a character."""
    return "\0" not in value and value == value.encode(errors="ignore").decode()


def fold(text: str) -> str:
    """Return `text` without case and accents, for search and look-alike checks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def sort_key(text: str) -> str:
    """Return a key that sorts as people expect: accents and case aside, numbers by value.

    Stored beside the name, so that the order never depends on the database's collation.
    """
    padded = _DIGITS.sub(lambda digits: digits.group().lstrip("0").rjust(12, "0")[:40], fold(text))
    return padded[:300]


def initials(text: str) -> str:
    """Return one or two letters that stand for a person or a place."""
    words = [word for word in re.split(r"[\s\-_.]+", text.strip()) if word]
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:2] if words[0][:2].isupper() else words[0][:2].capitalize()
    return (words[0][0] + words[-1][0]).upper()


def masked(email: str) -> str:
    """Return enough of an address to know it again, not enough to write to it: “zo…@example.org”."""
    name, at, domain = email.partition("@")
    return f"{name[:2]}…{at}{domain}" if at else ""
