"""With whom an actor may share: people and groups, by the identifiers that clients use."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from collab.accounts.models import User
from collab.groups.models import Group
from collab.lib.errors import NotFound
from collab.profiles import statuses
from collab.profiles.statuses import Shown
from collab.rights.actor import Actor
from collab.rights.models import Grant, Principal
from collab.rights.whom import groups, people

USER, GROUP, LINK = 0, 1, 3
"""Types of shares (sync.md, 5); the others need mail or other houses."""

RECENT = 10


def named(actor: Actor, share_type: int, name: str) -> Principal:
    """Return whom a share is for: a user name, or the name of a group. Raises NotFound for whom nobody knows."""
    if share_type == USER:
        person = people(actor).select_related("principal").filter(username=name.strip().lower()).first()
        if person is not None:
            return person.principal
    else:
        group = groups(actor).select_related("principal").filter(name=name).first()
        if group is not None:
            return group.principal
    raise NotFound(_("Nobody here is called “%(name)s”. Choose a person or a group in the list.") % {"name": name[:80]})


def search(actor: Actor, text: str, types: set[int], start: int, count: int) -> dict[str, Any]:
    """Return who fits the text: exact matches apart (on the first page only), then `count` of each kind from `start`.

    An address is matched whole or not at all: typing letters must not spell out where people get their mail.
    """
    answer = empty()
    others = (
        people(actor)
        .select_related("status")
        .exclude(pk=actor.user.pk if actor.user else 0)
        .order_by("display_name", "pk")
    )
    if USER in types:
        wide = others.filter(Q(display_name__icontains=text) | Q(username__icontains=text) | Q(email__iexact=text))
        exactly = Q(display_name__iexact=text) | Q(username=text.lower()) | Q(email__iexact=text)
        exact = list(others.filter(exactly)[:count]) if text else []
        rest = list((wide.exclude(exactly) if text else wide)[start : start + count])
        answer["exact"]["users"] = [_person(user) for user in exact] if not start else []
        answer["users"] = [_person(user) for user in rest]
    if GROUP in types:
        every = groups(actor).order_by("name", "pk")
        # the built-in group is found by the name that the person reads
        everyone, typed = str(_("Everyone")).casefold(), text.casefold()
        alike = Q(name__iexact=text) | Q(everyone=True) if typed == everyone else Q(name__iexact=text)
        like = Q(name__icontains=text) | Q(everyone=True) if typed in everyone else Q(name__icontains=text)
        same = list(every.filter(alike)[:count]) if text else []
        answer["exact"]["groups"] = [_group(group) for group in same] if not start else []
        rest_of = every.filter(like).exclude(alike) if text else every
        answer["groups"] = [_group(group) for group in rest_of[start : start + count]]
    return answer


def recent(actor: Actor, types: set[int]) -> dict[str, Any]:
    """Return those to whom the actor gave something last."""
    answer = empty()
    given = Grant.objects.filter(granted_by=actor.user, principal__link=None).exclude(principal__user=actor.user)
    latest = given.select_related("principal").order_by("-pk")[: 10 * RECENT]
    chosen = list({grant.principal_id: grant.principal for grant in latest}.values())[:RECENT]
    if USER in types:
        known = people(actor).select_related("status").in_bulk([item.user_id for item in chosen if item.user_id])
        answer["users"] = [_person(known[item.user_id]) for item in chosen if item.user_id in known]
    if GROUP in types:
        found = groups(actor).in_bulk([item.group_id for item in chosen if item.group_id])
        answer["groups"] = [_group(found[item.group_id]) for item in chosen if item.group_id in found]
    return answer


def empty() -> dict[str, Any]:
    """Return the answer that names nobody, with every list that clients look for."""
    kinds = ("users", "groups", "remotes", "remote_groups", "emails", "circles", "rooms")
    return {
        "exact": {kind: [] for kind in kinds},
        **{kind: [] for kind in kinds},
        "lookup": [],
        "lookupEnabled": False,
    }


def _person(user: User) -> dict[str, Any]:
    return {
        "label": str(user),
        "subline": "",
        "icon": "icon-user",
        "value": {"shareType": USER, "shareWith": user.username},
        "shareWithDisplayNameUnique": user.username,
        "status": _status(statuses.said_by(user)),
    }


def _status(shown: Shown | None) -> Any:
    """Return what a client shows beside the name: an empty list where nothing is said."""
    if shown is None:
        return []
    end = int(shown.clear_at.timestamp()) if shown.clear_at is not None else None
    kind = shown.kind or "online"
    return {"status": kind, "message": shown.message or None, "icon": shown.icon or None, "clearAt": end}


def _group(group: Group) -> dict[str, Any]:
    return {
        "label": str(group),
        "subline": "",
        "icon": "icon-group",
        "value": {"shareType": GROUP, "shareWith": group.name},
        "shareWithDisplayNameUnique": group.name,
    }
