"""What goes out of the change log when an account goes: what each verb says was its author's own."""

from __future__ import annotations

from typing import Any

from django.db import connection

from collab.registry import registry

_FORGET = """UPDATE events_change SET before = before - %(keys)s::text[], after = after - %(keys)s::text[]
 WHERE actor_id = %(person)s AND ref_kind = %(what)s AND kind = %(kind)s
  AND (before ?| %(keys)s::text[] OR after ?| %(keys)s::text[])"""


def forget(person: Any, *, heir: Any = None, erase: bool = False, by: Any = None) -> None:
    """Take the words of this person out of what they did; that it was done, and when, stays."""
    with connection.cursor() as cursor:
        for plugin in registry.plugins():
            for verbs in plugin.verbs:
                for kind, keys in verbs.forgets.items():
                    values = {"keys": list(keys), "person": person.pk, "what": verbs.kind, "kind": kind}
                    cursor.execute(_FORGET, values)
