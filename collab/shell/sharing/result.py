"""What a change of rights would do, in sentences, before it is done: who gains, who loses, who is from outside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collab.accounts.models import Rank, User
from collab.rights import explain
from collab.rights.actions import Given
from collab.rights.right import Right
from collab.shell.sharing.subject import Subject

NAMED = 3
LOSING = 20
LISTED = 50

_DOING = {
    "reader": gettext_lazy("view"),
    "commenter": gettext_lazy("view and comment"),
    "contributor": gettext_lazy("view and add"),
    "writer": gettext_lazy("view, add and write"),
    "editor": gettext_lazy("view and edit"),
    "manager": gettext_lazy("do everything, and manage it"),
    "drop-box": gettext_lazy("drop off, without seeing anything"),
    "respondent": gettext_lazy("answer"),
}


@dataclass(frozen=True)
class Result:
    """`lead` counts, `text` goes on with it; `outside`: amber when guests are among them; `names`: who gains."""

    lead: str = ""
    text: str = ""
    outside: str = ""
    amber: bool = False
    loses: str = ""
    names: list[str] = field(default_factory=list)
    others: int = 0


def now(subject: Subject) -> Result:
    """Return who sees the thing as it is."""
    return Result(text=explain.sentence(subject.thing))


def of(subject: Subject, given: list[Given], role: str) -> Result:
    """Return what sharing so would do."""
    told = explain.preview(subject.thing, [(one.principal, int(one.mask), one.expires_at) for one in given])
    people = _people({*told.gains, *told.loses})
    names = [name for pk, (name, _guest) in people.items() if pk in told.gains]
    guests = [name for pk, (name, guest) in people.items() if pk in told.gains and guest]
    lead, text = _gain(told.gains, role)
    return Result(
        lead,
        text,
        _outside(guests) if told.gains else "",
        bool(guests),
        _loss([name for pk, (name, _guest) in people.items() if pk in told.loses]),
        names[:LISTED],
        max(0, len(names) - LISTED),
    )


def of_restricting(subject: Subject) -> str:
    """Return who would lose rights if only those named on the thing itself counted."""
    told = explain.preview(subject.thing, inherits=False)
    names = [name for name, _guest in _people(told.loses).values()]
    text = ngettext("%(names)s would lose rights here.", "%(names)s would lose rights here.", len(names))
    return text % {"names": _listed(names, LOSING)} if names else ""


def _loss(names: list[str]) -> str:
    text = ngettext("%(names)s will lose rights here.", "%(names)s will lose rights here.", len(names))
    return text % {"names": _listed(names, LOSING)} if names else ""


def _gain(gains: dict[int, Right], role: str) -> tuple[str, str]:
    doing = _DOING.get(role, gettext_lazy("view"))
    fresh = sum(1 for mask in gains.values() if mask & Right.SEE) or (len(gains) if role == "drop-box" else 0)
    if fresh:
        lead = ngettext("%(count)d more person", "%(count)d more people", fresh)
        text = ngettext("will be able to %(what)s.", "will be able to %(what)s.", fresh)
        return lead % {"count": fresh}, text % {"what": doing}
    if gains:
        lead = ngettext("%(count)d person who sees it", "%(count)d people who see it", len(gains))
        text = ngettext("will be able to %(what)s.", "will be able to %(what)s.", len(gains))
        return lead % {"count": len(gains)}, text % {"what": doing}
    return "", _("Nobody gains anything by this: they can do it here already.")


def _outside(guests: list[str]) -> str:
    if not guests:
        return _("Nobody outside the association.")
    count = len(guests)
    text = ngettext("%(count)d person from outside: %(names)s.", "%(count)d people from outside: %(names)s.", count)
    return text % {"count": count, "names": _listed(guests, NAMED)}


def _people(ids: Iterable[int]) -> dict[int, tuple[str, bool]]:
    """Return {id: (name, whether a guest)} in the order of names."""
    found = User.objects.filter(pk__in=list(ids)).order_by("display_name", "pk")
    return {user.pk: (str(user), user.rank == Rank.GUEST) for user in found}


def _listed(names: list[str], most: int) -> str:
    """Return the first names, and how many others there are."""
    if len(names) <= most:
        return ", ".join(names)
    more = len(names) - most
    text = ngettext("%(names)s and %(count)d other", "%(names)s and %(count)d others", more)
    return text % {"names": ", ".join(names[:most]), "count": more}
