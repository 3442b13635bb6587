"""The names that the picker of people offers while one types."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.ocs import sharees
from collab.profiles import portraits
from collab.rights.actor import Actor

OFFERED = 8


def suggestions(typed: str, actor: Actor) -> list[dict[str, Any]]:
    """Return groups, then people, whose name holds what was typed; `value` is what the form sends.

    A guest is offered those of their own groups only.
    """
    typed = " ".join(typed.split())[:100]
    if not typed or not typed.isprintable():
        return []
    groups = sharees.groups(actor).filter(Q(name__unaccent__icontains=typed, everyone=False) | _everyone(typed))
    counted = groups.annotate(size=Count("members", Q(members__is_active=True))).order_by("-everyone", "name")
    named = Q(display_name__unaccent__icontains=typed) | Q(username__istartswith=typed)
    if "@" in typed:  # the whole address: who does not know it learns nothing
        named |= Q(email__iexact=typed)
    people = sharees.people(actor).filter(named)
    found = [_offer(actor, group, str(group), _size(group), group=True) for group in counted[:OFFERED]]
    found += [
        _offer(actor, user, f"{user} ({user.username})", str(user.get_rank_display()), group=False)
        for user in people.order_by("display_name", "pk")[:OFFERED]
    ]
    return found[: 2 * OFFERED]


def _everyone(typed: str) -> Q:
    return Q(everyone=True) if typed.casefold() in _("Everyone").casefold() else Q(pk__in=())


def _size(group: Any) -> str:
    if group.everyone:
        return _("All active members, never guests")
    return ngettext("%(count)d person", "%(count)d people", group.size) % {"count": group.size}


def _offer(actor: Actor, who: Any, value: str, note: str, *, group: bool) -> dict[str, Any]:
    sign = {"hue": who.hue, "initials": who.initials, "picture": portraits.address(actor, who), "group": group}
    return {"value": value, "name": str(who), "note": note, **sign}
