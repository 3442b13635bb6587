"""A user name proposed from a name or an address: readable, allowed, and free."""

from __future__ import annotations

import re
import unicodedata

from collab.accounts.models import User

_LONGEST = 48
_ELSE = "member"


def suggest(name: str, email: str = "") -> str:
    """Return a free user name: from “Zoé Martin” zoe.martin, else from what stands before the @."""
    stem = _plain(name) or _plain(email.partition("@")[0]) or _ELSE
    taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    if stem not in taken:
        return stem
    return next(found for number in range(2, len(taken) + 3) if (found := f"{stem}{number}") not in taken)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", ".", folded).strip(".")[:_LONGEST].strip(".")
