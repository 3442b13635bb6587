"""What rights know of a person, for the archive they take with them: what they were given, gave, and their links."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from collab.registry import registry
from collab.rights import telling
from collab.rights.actor import Actor
from collab.rights.models import Drop, Grant, Letter, Link
from collab.rights.right import role_of

_AT_ONCE = 500


def export(person: Any, into: Any) -> None:
    """Put it in. A thing that the person does not see (any more) has no name there; nor has whom they gave it to."""
    actor = Actor.of(person)
    given = Grant.objects.filter(principal__user=person).select_related("acl").order_by("pk")
    into.json("given-to-me.json", _told(actor, given), about=_("What was given to you by name"))
    shared = Grant.objects.filter(granted_by=person).exclude(principal__user=person).select_related("acl")
    into.json("shared-by-me.json", _told(actor, shared.order_by("pk")), about=_("What you shared with others"))
    links = Link.objects.filter(created_by=person).select_related("acl", "principal").order_by("pk")
    into.json("links.json", _links(actor, links), about=_("Public links that you made"))
    drops = Drop.objects.filter(maker=person).order_by("pk")
    into.json(
        "received.json",
        [
            {"title": one.title, "at": one.created_at, "files": len(one.stored), "bytes": one.size}
            for one in drops.iterator(chunk_size=_AT_ONCE)
        ],
        about=_("What arrived through your links"),
    )
    letters = Letter.objects.filter(sender=person).order_by("pk")
    into.json("letters.json", list(letters.values("kind", "state", "created_at")), about=_("Mails about your links"))


def _told(actor: Actor, grants: Any) -> list[dict[str, Any]]:
    found = list(grants)
    names = names_of(actor, [(one.acl.kind, one.acl.object_id) for one in found])
    return [
        {
            "kind": one.acl.kind,
            "id": one.acl.object_id,
            "name": names.get((one.acl.kind, one.acl.object_id)),
            "role": str(role_of(one.rights).label),
            "rights": one.rights,
            "until": one.expires_at,
            "note": one.note,
            "since": one.created_at,
        }
        for one in found
    ]


def _links(actor: Actor, links: Iterable[Link]) -> list[dict[str, Any]]:
    found = list(links)
    names = names_of(actor, [(one.kind, one.object_id) for one in found])
    return [
        {
            "kind": one.kind,
            "id": one.object_id,
            "name": names.get((one.kind, one.object_id)),
            "label": one.label,
            "title": one.title,
            "text": one.text,
            "password": bool(one.password),
            "made": one.created_at,
            "openings": one.visits,
            "last_opened": one.last_opened_at,
        }
        for one in found
    ]


def names_of(actor: Actor, refs: list[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Return the names of those things that the person sees now."""
    found = {}
    for start in range(0, len(refs), _AT_ONCE):
        some = refs[start : start + _AT_ONCE]
        seen = telling.seen(actor, some)
        found.update({ref: telling.title_of(thing) for ref, thing in registry.many(some).items() if ref in seen})
    return found
