"""Who loses sight of things that go elsewhere, and who gains it, said before it is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.rights import lineage, sight
from collab.rights.actor import Actor
from files.browsing import Place
from files.models import Node

NAMED = 12


@dataclass(frozen=True)
class Told:
    """`loses`: the sentence on those who lose access, by name, "" when nobody does; `gains`: on those who get it."""

    loses: str = ""
    gains: str = ""


def told(actor: Actor, nodes: Iterable[Node], into: Place) -> Told:
    """Say what it would mean for people if these things went into the folder. Two queries, one within one circle."""
    circles, nodes = {}, list(nodes)
    placed = lineage.following({node.acl_id for node in nodes})
    for node in nodes:
        own = (node.acl.kind, node.acl.object_id) == (Node.REF_KIND, node.pk)
        if own and (node.acl.parent_id == into.here.acl_id or node.acl_id not in placed):
            continue  # reserved to those named on it, or hanging there already: the same people as before
        circles[node.acl_id] = own
    found = sight.turned(circles, into.here.acl_id)
    me = actor.user.pk if actor.user else 0
    losing = [name for pk, name in found.loses.items() if pk != me]
    gaining = [name for pk, name in found.gains.items() if pk != me]
    loses, gains = [], ""
    if losing:
        text = ngettext(
            "%(count)d person loses access: %(names)s.", "%(count)d people lose access: %(names)s.", len(losing)
        )
        loses.append(text % {"count": len(losing), "names": _names(losing)})
    if me in found.loses:
        loses.append(_("You will no longer see it yourself."))
    if gaining:
        text = ngettext(
            "%(count)d more person will see it: %(names)s.",
            "%(count)d more people will see it: %(names)s.",
            len(gaining),
        )
        gains = text % {"count": len(gaining), "names": _names(gaining)}
    return Told(" ".join(loses), gains)


def _names(names: list[str]) -> str:
    """Return the first names, and how many there are more."""
    if len(names) <= NAMED:
        return ", ".join(names)
    more = len(names) - NAMED
    text = ngettext("%(names)s and %(count)d other", "%(names)s and %(count)d others", more)
    return text % {"names": ", ".join(names[:NAMED]), "count": more}
