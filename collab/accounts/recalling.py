"""Who a session belongs to, in one statement with what every page asks about them at once."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from collab.accounts.models import User
from collab.lib.statements import ask
from collab.registry import house
from collab.registry.models import Stored

FIELDS = [field.attname for field in User._meta.concrete_fields]
"""What `User.from_db` wants, in the order of `COLUMNS`."""

COLUMNS = ", ".join(f"u.{field.column}" for field in User._meta.concrete_fields)
"""The columns of the user that the statement around them calls `u`."""

_SETTINGS = f"(SELECT jsonb_object_agg(s.key, s.value) FROM {Stored._meta.db_table} s)"
_along: dict[str, str] = {}


def ask_along(name: str, expression: str) -> None:
    """Have an expression of SQL about the user `u` asked with the person; `take` finds its value under this name."""
    _along[name] = expression
    _statement.cache_clear()


def person(user_id: int) -> User | None:
    """Return the active user, None if there is none. One query, which brings the settings of the house as well."""
    rows = ask(_statement(), {"user": user_id})
    if not rows:
        return None
    settings, *values = rows[0]
    house.note(json.loads(settings or "{}"))
    found = User.from_db("default", FIELDS, values[: len(FIELDS)])
    vars(found)["along"] = dict(zip(_along, values[len(FIELDS) :], strict=True))
    return found


def take(user: Any, name: str) -> Any:
    """Return what was asked along, the first time only (it grows old); None if it was not, or was taken."""
    found: dict[str, Any] = getattr(user, "along", None) or {}
    return found.pop(name, None)


@cache
def _statement() -> str:
    along = "".join(f", {expression}" for expression in _along.values())
    return f"SELECT {_SETTINGS}, {COLUMNS}{along} FROM {User._meta.db_table} u WHERE u.id = %(user)s AND u.is_active"
