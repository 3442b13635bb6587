"""Dead properties: what clients store on a thing and we only keep (RFC 4918, 4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, tostring

from django.db import connection
from django.utils.translation import gettext as _

from collab.lib.errors import BadInput, TooLarge

LONGEST_NAME = 500
LARGEST = 64 << 10
MOST = 200

_READ = "SELECT ref_id, name, value FROM dav_property WHERE kind = %s AND ref_id = ANY(%s)"


def of_refs(refs: Sequence[tuple[str, int]], names: Sequence[str] = ()) -> dict[int, dict[str, str]]:
    """Return {id: {name: xml}} of things of one kind; all names when none is given. One query."""
    text = _READ
    values: list[Any] = [refs[0][0], [ref_id for _kind, ref_id in refs]]
    if names:
        text += " AND name = ANY(%s)"
        values.append(list(names))
    found: dict[int, dict[str, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(text + " ORDER BY id", values)
        for ref_id, name, value in cursor.fetchall():
            found.setdefault(ref_id, {})[name] = value
    return found


def store(ref: tuple[str, int], element: Element) -> None:
    """Keep the element as it is. Raise BadInput or TooLarge past our bounds."""
    element.tail = None
    value = tostring(element, encoding="unicode")
    if len(element.tag) > LONGEST_NAME:
        raise BadInput(_("This property's name is too long."))
    if len(value) > LARGEST:
        raise TooLarge
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM dav_property WHERE kind = %s AND ref_id = %s", list(ref))
        if cursor.fetchone()[0] >= MOST:
            raise TooLarge
        cursor.execute(
            "INSERT INTO dav_property (kind, ref_id, name, value) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (kind, ref_id, name) DO UPDATE SET value = excluded.value",
            [*ref, element.tag, value],
        )


def drop(ref: tuple[str, int], name: str) -> None:
    """Forget a property; one that is not there is no error (RFC 4918, 14.23)."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM dav_property WHERE kind = %s AND ref_id = %s AND name = %s", [*ref, name])


def copy(kind: str, pairs: Sequence[tuple[int, int]]) -> None:
    """Give copies what their originals hold: `pairs` of (original id, copy id) (RFC 4918, 9.8.2)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dav_property (kind, ref_id, name, value) SELECT kind, pair.copy, name, value"
            " FROM dav_property JOIN unnest(%s::bigint[], %s::bigint[]) AS pair (original, copy)"
            " ON ref_id = pair.original WHERE kind = %s ON CONFLICT DO NOTHING",
            [[original for original, _copy in pairs], [new for _original, new in pairs], kind],
        )
