"""How a person wants the interface: theme, density, keys, lists, language, time."""

from __future__ import annotations

from typing import Any

from collab.accounts.models import User

PREFERENCES = frozenset({"theme", "density", "single_keys", "hue", "language", "time_zone", "lists"})


def prefer(user: User, **choices: Any) -> User:
    """Keep one's choices (already checked by a form). Touches no right and no credential, so no epoch moves."""
    unknown = choices.keys() - PREFERENCES
    if unknown:
        raise TypeError(f"not a preference: {sorted(unknown)}")
    for name, value in choices.items():
        setattr(user, name, value)
    user.save(update_fields=list(choices))
    return user
