"""One act on several people: each has an outcome of their own, and all that was done can be undone in one go."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.accounts import ranks
from collab.accounts.actions import people
from collab.accounts.models import Rank, User
from collab.groups import actions as groups
from collab.groups.models import Group
from collab.lib import numerals
from collab.lib.errors import BadInput, Refusal

MOST = 100
"""People at a time: a page of the list."""

NOBODY = gettext_lazy("Choose at least one person in the list.")
NOTHING = gettext_lazy("Choose what to do with them.")


@dataclass(frozen=True)
class Outcome:
    """What became of one person: `state` done, already, refused or outside (a guest, to be asked); `undo`: an act."""

    person: User
    state: str
    says: str | Promise
    undo: str = ""
    again: str = ""


@dataclass(frozen=True)
class Step:
    """One act on one person: “group:5”, “outside:5” (guests too), “ungroup:5”, “rank:guest”, “disable”, “enable”."""

    person: User
    act: str

    def __str__(self) -> str:
        return f"{self.person.pk}={self.act}"


def chosen(pks: list[str], act: str) -> list[Step]:
    """Return one step for each person who was ticked. Raises BadInput."""
    if not act:
        raise BadInput(NOTHING)
    return _steps([(pk, act) for pk in dict.fromkeys(pks)])


def unpack(text: str) -> list[Step]:
    """Return the steps of an Undo. Raises BadInput."""
    return _steps([(pk, act) for pk, _equals, act in (part.partition("=") for part in text[:10_000].split())])


def pack(outcomes: list[Outcome]) -> str:
    """Return what an Undo sends to take back all that was done."""
    return " ".join(str(Step(one.person, one.undo)) for one in outcomes if one.undo)


def apply(user: User, steps: list[Step]) -> list[Outcome]:
    """Do each step by the action that is there for it; a refusal is that person's outcome and stops no other."""
    named = {step.act.partition(":")[2] for step in steps if step.act.partition(":")[0] in _GROUP_ACTS}
    known = {str(group.pk): group for group in Group.objects.named().filter(pk__in=[int(pk) for pk in named])}
    return [_outcome(user, step, known) for step in steps]


def _outcome(user: User, step: Step, known: dict[str, Group]) -> Outcome:
    verb, _colon, what = step.act.partition(":")
    try:
        if verb in _GROUP_ACTS:
            if what not in known:
                return Outcome(step.person, "refused", _("This group is no longer there."))
            return _in_group(user, step.person, known[what], verb)
        return _rank(user, step.person, what) if verb == "rank" else _switch(user, step.person, verb == "enable")
    except groups.OutsideWarning as warning:
        return Outcome(step.person, "outside", warning.message, again=f"outside:{what}")
    except Refusal as refusal:
        return Outcome(step.person, "refused", refusal.message)


def _in_group(user: User, person: User, group: Group, verb: str) -> Outcome:
    if verb == "ungroup":
        groups.remove(user, group, person)
        return Outcome(person, "done", _("is no longer in “%(group)s”") % {"group": group}, f"group:{group.pk}")
    if not groups.add_all(user, group, [person], outside=verb == "outside"):
        return Outcome(person, "already", _("was in “%(group)s” already") % {"group": group})
    return Outcome(person, "done", _("is in “%(group)s” now") % {"group": group}, f"ungroup:{group.pk}")


def _rank(user: User, person: User, rank: str) -> Outcome:
    before = person.rank
    if before == rank:
        return Outcome(person, "already", _("had this profile already"))
    person = people.change_rank(user, person, rank)
    # going back may take a higher rank than going there: an Undo that would be refused is not offered
    undo = f"rank:{before}" if ranks.may_change_rank(user, person, before) else ""
    return Outcome(person, "done", _("is now: %(rank)s") % {"rank": person.get_rank_display()}, undo)


def _switch(user: User, person: User, on: bool) -> Outcome:
    if person.is_active == on:
        return Outcome(person, "already", _("was open already") if on else _("was disabled already"))
    if on:
        people.reactivate(user, person)
        return Outcome(person, "done", _("can sign in again"), "disable")
    people.deactivate(user, person)
    return Outcome(person, "done", _("can no longer sign in"), "enable")


def _steps(wanted: list[tuple[str, str]]) -> list[Step]:
    wanted = wanted[: MOST + 1]
    if len(wanted) > MOST:
        raise BadInput(_("At most %(count)d people at a time.") % {"count": MOST})
    if not all(numerals.whole(pk) is not None and _is_act(act) for pk, act in wanted):
        raise BadInput
    found = User.objects.in_bulk([int(pk) for pk, _act in wanted])
    steps = [Step(found[int(pk)], act) for pk, act in wanted if int(pk) in found]
    if not steps:
        raise BadInput(NOBODY)
    return steps


_GROUP_ACTS = {"group", "outside", "ungroup"}


def _is_act(act: str) -> bool:
    verb, _colon, what = act.partition(":")
    if verb in _GROUP_ACTS:
        return numerals.whole(what) is not None
    return what in Rank.values if verb == "rank" else act in {"disable", "enable"}
