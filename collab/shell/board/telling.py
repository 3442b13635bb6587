"""What a set of changes would do, told by person: who gains, who loses what, before anything is saved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.accounts.models import Rank, User
from collab.rights import board
from collab.rights.actions import NOT_YOURS
from collab.rights.board_changes import Ref, Wanted
from collab.rights.right import Right
from collab.shell.board.columns import Column
from collab.shell.board.words import each

NAMED = 3
LISTED = 200


@dataclass(frozen=True)
class Person:
    """One who gains or loses: on which things, and what."""

    name: str
    guest: bool
    things: list[tuple[str, str]]


@dataclass(frozen=True)
class Told:
    """`count` changes; who gains and who loses, by name; `refused`: what will not be possible, said before."""

    count: int
    gains: list[Person] = field(default_factory=list)
    loses: list[Person] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def gain(self) -> str:
        """The sentence on who gains."""
        if not self.gains:
            return _("Nobody gains a right") if not self.loses else ""
        if len(self.gains) == 1:
            return _("%(name)s gains a right") % {"name": self.gains[0].name}
        return ngettext("%(count)d person gains a right", "%(count)d people gain a right", len(self.gains)) % {
            "count": len(self.gains)
        }

    @property
    def outside(self) -> str:
        """The names of guests among them."""
        guests = [one.name for one in self.gains if one.guest]
        return _("from outside: %(names)s") % {"names": _listed(guests)} if guests else ""

    @property
    def loss(self) -> str:
        """The sentence on who loses, by name: “Zineb loses “Accounts””."""
        if not self.loses:
            return ""
        things = {title for one in self.loses for title, _what in one.things}
        text = ngettext("%(names)s loses “%(thing)s”", "%(names)s lose “%(thing)s”", len(self.loses))
        if len(things) > 1:
            text = ngettext("%(names)s loses rights", "%(names)s lose rights", len(self.loses))
        return text % {"names": _listed([one.name for one in self.loses]), "thing": next(iter(things), "")}

    @property
    def saved(self) -> str:
        """The toast: “Rights saved: 6 people gain, 1 loses.”"""
        parts = []
        if self.gains:
            count = len(self.gains)
            parts.append(ngettext("%(count)d person gains", "%(count)d people gain", count) % {"count": count})
        if self.loses:
            count = len(self.loses)
            parts.append(ngettext("%(count)d loses", "%(count)d lose", count) % {"count": count})
        return _("Rights saved: %(what)s.") % {"what": ", ".join(parts)} if parts else _("Rights saved.")


def told(wanted: list[Wanted], columns: dict[Ref, Column]) -> Told:
    """Return what these changes would do, all at once."""
    asked = {(columns[one.ref].acl_id, one.principal): one.mask for one in wanted}
    by_acl = board.preview(asked)
    titles = {columns[one.ref].acl_id: columns[one.ref].full for one in wanted}
    gains: dict[int, list[tuple[str, str]]] = {}
    loses: dict[int, list[tuple[str, str]]] = {}
    for acl, change in by_acl.items():
        for side, found in ((gains, change.gains), (loses, change.loses)):
            for person, mask in found.items():
                side.setdefault(person, []).append((titles[acl], each(int(mask))))
    names = {user.pk: user for user in User.objects.filter(pk__in={*gains, *loses})}
    refused = [
        _("“%(thing)s”: %(reason)s") % {"thing": columns[one.ref].full, "reason": why}
        for one in wanted
        if (why := refusal(columns[one.ref], one))
    ]
    return Told(len(wanted), _people(gains, names), _people(loses, names), sorted(set(refused)))


def refusal(column: Column, one: Wanted) -> str:
    """Return why this change would be refused, as far as rights alone decide; "" when they allow it."""
    if not column.mask & Right.SHARE:
        return _("you do not share this, so you cannot change who may see it.")
    if one.mask & ~column.mask:
        return str(NOT_YOURS)
    return _("they may do more here than you: ask a manager.") if one.seen & ~column.mask else ""


def _people(found: dict[int, list[tuple[str, str]]], names: dict[int, User]) -> list[Person]:
    listed = [Person(str(names[pk]), names[pk].rank == Rank.GUEST, sorted(things)) for pk, things in found.items()]
    return sorted(listed, key=lambda one: one.name.casefold())


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    if len(names) <= NAMED:
        return ", ".join(names)
    more = len(names) - NAMED
    text = ngettext("%(names)s and %(count)d other", "%(names)s and %(count)d others", more)
    return text % {"names": ", ".join(names[:NAMED]), "count": more}
