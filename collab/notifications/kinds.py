"""The notifications that the core declares itself: what is shared with one, what one answers for, what one follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collab.accounts import ranks
from collab.accounts.actions import registrations
from collab.accounts.models import Registration, User
from collab.groups.models import Group, Membership
from collab.lib.routes import reverse
from collab.registry import registry
from collab.registry.plugin import Notice, Told
from collab.rights import explain, whom
from collab.rights.actor import Actor
from collab.rights.models import Principal
from collab.rights.right import Right, role_of
from collab.spaces.models import Space

if TYPE_CHECKING:
    from collab.events.models import Change
    from collab.notifications.lines import Note

FOLLOWED = "followed"


def receivers(space_id: int, changes: list[Change]) -> Iterator[tuple[int, Change]]:
    """Yield those to whom something was given: a person, or the members of a group; never Everyone, who is nobody."""
    given = {change: pk for change in changes if change.kind == "share" and (pk := _principal(change))}
    if not given:
        return
    named = Principal.objects.filter(pk__in=set(given.values()), link=None).exclude(group__everyone=True)
    people: dict[int, list[int]] = {}
    groups: dict[int, int] = {}
    for pk, user, group in named.values_list("pk", "user_id", "group_id"):
        if user is not None:
            people[pk] = [user]
        else:
            groups[group] = pk
    for group, user in Membership.objects.filter(group__in=groups).values_list("group_id", "user_id"):
        people.setdefault(groups[group], []).append(user)
    for change, principal in given.items():
        yield from ((user, change) for user in people.get(principal, ()))


def managers(space_id: int, changes: list[Change]) -> Iterator[tuple[int, Change]]:
    """Yield those who manage the space whose end, or whose manager, is at stake."""
    about = [change for change in changes if change.ref_kind == Space.REF_KIND and change.kind in _MANAGED]
    space = Space.objects.filter(pk=space_id).first() if about else None
    if space is not None:
        for user in explain.people_with(space.acl_id, Right.MANAGE):
            yield from ((user, change) for change in about)


def say_shared(actor: Actor, notes: list[Note]) -> dict[int, Told]:
    """Say what was shared, as far as it may be seen still."""
    things = things_seen(actor, notes)
    told = {}
    for note in notes:
        seen = [things[(note.ref_kind, pk)] for pk in note.refs if (note.ref_kind, pk) in things]
        if len(seen) > 1:
            text = ngettext("shared %(count)d thing with you", "shared %(count)d things with you", len(seen))
            told[note.pk] = Told(0, text % {"count": len(seen)})
        elif seen:
            told[note.pk] = _told(seen[0], actor, _given(note))
    return told


def say_managed(actor: Actor, notes: list[Note]) -> dict[int, Told]:
    """Say what becomes of a space that one manages."""
    things = things_seen(actor, notes)
    told = {}
    for note in notes:
        thing = things.get((note.ref_kind, note.refs[-1]))
        if thing is not None:
            told[note.pk] = _told(thing, actor, _end(note) if note.verb == "delete" else str(_MANAGED[note.verb]))
    return told


def say_rank(actor: Actor, notes: list[Note]) -> dict[int, Told]:
    """Say one's profile in the house."""
    rank = actor.user.get_rank_display() if actor.user is not None else ""
    return {note.pk: Told(0, _("gave you another profile: %(rank)s") % {"rank": rank}, url="/") for note in notes}


def say_grouped(actor: Actor, notes: list[Note]) -> dict[int, Told]:
    """Say into which groups one was put, as far as one is in them still."""
    names = dict(groups(actor).filter(pk__in={pk for note in notes for pk in note.refs}).values_list("pk", "name"))
    told = {}
    for note in notes:
        found = [names[pk] for pk in note.refs if pk in names]
        if len(found) > 1:
            text = ngettext("put you into %(count)d group", "put you into %(count)d groups", len(found))
            told[note.pk] = Told(0, text % {"count": len(found)}, url=reverse("shell:my-rights"))
        elif found:
            text = _("put you into the group “%(name)s”") % {"name": found[0]}
            told[note.pk] = Told(0, text, url=reverse("shell:my-rights"))
    return told


def say_joined(actor: Actor, notes: list[Note]) -> dict[int, Told]:
    """Say that somebody came whom one had invited."""
    return {note.pk: Told(0, _("accepted your invitation"), url="/") for note in notes}


def say_registered(actor: Actor, notes: list[Note]) -> dict[int, Told]:
    """Say who asks for an account and still waits."""
    waiting = registrations.waiting(actor.user).in_bulk() if actor.user is not None else {}
    told = {}
    for note in notes:
        names = [str(waiting[pk]) for pk in note.refs if pk in waiting]
        if names:
            if len(names) == 1:
                text = _("%(name)s asks for an account") % {"name": names[0]}
            else:
                text = ngettext(
                    "%(count)d person asks for an account", "%(count)d people ask for an account", len(names)
                ) % {"count": len(names)}
            told[note.pk] = Told(0, text, url=reverse("shell:administration-people"))
    return told


def say_dropped(actor: Actor, notes: list[Note]) -> dict[int, Told]:
    """Say how many files came through one's link."""
    things = things_seen(actor, notes)
    told = {}
    for note in notes:
        count = note.facts.get("files", 0)
        text = ngettext("%(count)d file arrived by your link", "%(count)d files arrived by your link", count)
        if (thing := things.get((note.ref_kind, note.refs[-1]))) is not None:
            told[note.pk] = _told(thing, actor, text % {"count": count})
    return told


def said_of(actor: Actor, notes: list[Note], text: str) -> dict[int, Told]:
    """Say the one sentence of a kind, with the title of the last thing that may be seen."""
    things = things_seen(actor, notes)
    seen = {note.pk: [things[ref] for pk in note.refs if (ref := (note.ref_kind, pk)) in things] for note in notes}
    return {pk: _told(found[-1], actor, text) for pk, found in seen.items() if found}


def things_seen(actor: Actor, notes: Iterable[Note]) -> dict[tuple[str, int], Any]:
    """Return {(kind, id): thing} of what these notes are about and the actor may see. Two queries, one more a kind."""
    found = registry.many({(note.ref_kind, pk) for note in notes for pk in note.refs})
    actor.look(found.values())
    return {ref: thing for ref, thing in found.items() if actor.can(thing, Right.SEE)}


def waiting(actor: Actor) -> Any:
    """Return the requests for an account that this person decides on."""
    return registrations.waiting(actor.user) if actor.user is not None else Registration.objects.none()


def groups(actor: Actor) -> Any:
    """Return the groups that the person is in."""
    return Group.objects.filter(memberships__user=actor.user) if actor.user is not None else Group.objects.none()


def oneself(actor: Actor) -> Any:
    """Return the person alone."""
    return User.objects.filter(pk=actor.user.pk) if actor.user is not None else User.objects.none()


def _principal(change: Change) -> int | None:
    pk = (change.after or {}).get("principal")
    return pk if isinstance(pk, int) else None


def _given(note: Note) -> str:
    rights = int((note.changes[-1].after or {}).get("rights", 0)) if note.changes else 0
    role = str(role_of(rights).label).lower()
    if note.ref_kind == Space.REF_KIND:
        return _("gave you a right in this space: %(role)s") % {"role": role}
    return _("shared this with you: %(role)s") % {"role": role}


def _end(note: Note) -> str:
    day = date.fromisoformat((note.changes[-1].after or {})["on"]) if note.changes else None
    return _("asked that it be erased on %(day)s") % {"day": formats.date_format(day, "DATE_FORMAT")} if day else ""


def _told(thing: Any, actor: Actor, text: str) -> Told:
    declared = registry.shareable(thing.REF_KIND)
    return Told(0, text, str(declared.title(thing)) if declared else "")


_MANAGED = {
    "archive": gettext_lazy("archived it"),
    "restore": gettext_lazy("brought it back from the archive"),
    "delete": "",
    "keep": gettext_lazy("decided to keep it after all"),
    "take-charge": gettext_lazy("took charge of it as an administrator"),
}

NOTICES = (
    Notice(
        "shared", gettext_lazy("What is shared with me, and my rights"), gettext_lazy("because it was shared with you"),
        whom=receivers, say=say_shared,
    ),
    Notice(
        "managed", gettext_lazy("The end of spaces that I manage"), gettext_lazy("because you manage this space"),
        whom=managers, say=say_managed,
    ),
    Notice(
        "rank", gettext_lazy("My profile in the house"), gettext_lazy("because it is your profile"),
        say=say_rank, seen=oneself,
    ),
    Notice(
        "grouped", gettext_lazy("Groups that I am put into"), gettext_lazy("because you are in the group now"),
        say=say_grouped, seen=groups,
    ),
    Notice(
        "joined", gettext_lazy("Answers to my invitations"), gettext_lazy("because you sent the invitation"),
        say=say_joined, seen=whom.people, push=False,
    ),
    Notice(
        "registered", gettext_lazy("Who asks for an account"), gettext_lazy("because you decide on who registers"),
        say=say_registered, seen=waiting, concerns=ranks.may_approve,
    ),
    # its mail leaves by itself, as the link says (`rights.drops`): a second one would only repeat it
    Notice(
        "dropped", gettext_lazy("Files that arrive by my links"), gettext_lazy("because you made the link"),
        say=say_dropped, mail=False,
    ),
    Notice(FOLLOWED, gettext_lazy("What happens where I follow"), gettext_lazy("because you follow it"), push=False),
)  # fmt: skip
