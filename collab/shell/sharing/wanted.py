"""What the sharing form asks for, read with care: each mistake is a sentence beside its field."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from collab.groups.models import Group
from collab.lib.errors import BadInput
from collab.rights.actions import Given
from collab.rights.models import Principal
from collab.rights.right import BY_SLUG, READER, Right, Role
from collab.shell.members import principal_named
from collab.shell.sharing.subject import Subject

MOST = 50
"""Names in one go; who shares with more has a group for them."""
LONGEST = 200
NOTE = 500
LAST_YEAR = 2199
_BEFORE = 60_000


@dataclass
class Wanted:
    """Recipients, role, end and word; `errors` by field, and the fields as they were typed."""

    names: list[str] = field(default_factory=list)
    role_slug: str = READER.slug
    until: str = ""
    note: str = ""
    principals: list[Principal] = field(default_factory=list)
    role: Role | None = None
    end: dt.datetime | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def typed(self) -> str:
        """The names as one text, for pages without script."""
        return ", ".join(self.names)

    @property
    def unfolded(self) -> bool:
        """Whether the part with word and end is to be shown open."""
        return bool(self.until or self.note)

    @property
    def given(self) -> list[Given]:
        return [Given(one, self.role.mask if self.role else 0, self.end, self.note) for one in self.principals]


def read(data: QueryDict, subject: Subject) -> Wanted:
    """Return what was sent, with what is wrong about it. `whom`: one name each; `who`: names between commas."""
    wanted = Wanted(
        names=[*filter(None, map(str.strip, data.getlist("whom"))), *_split(data.get("who", ""))],
        role_slug=data.get("role", "")[:20],
        until=data.get("until", "").strip()[:40],
        note=data.get("note", "").strip(),
    )
    wanted.role = next((role for role in subject.roles if role.slug == wanted.role_slug), None)
    if wanted.role is None:
        above = wanted.role_slug in BY_SLUG
        wanted.errors["role"] = (
            _("You can pass on only what you may do yourself.")
            if above
            else _("Choose what this person or group may do.")
        )
    for name, check in (("who", _principals), ("until", _end), ("note", _note)):
        try:
            check(wanted)
        except BadInput as refusal:
            wanted.errors[name] = str(refusal.message)
    return wanted


def _split(text: str) -> list[str]:
    """Return the names between commas; the name of a group may itself hold one."""
    whole = text.strip()
    if "," in whole and whole.isprintable() and Group.objects.filter(name__iexact=whole[:LONGEST]).exists():
        return [whole]
    return [name for part in text.split(",", MOST + 1) if (name := part.strip())]


def _principals(wanted: Wanted) -> None:
    if not wanted.names:
        raise BadInput(_("Write the name of a person or of a group."))
    if len(wanted.names) > MOST:
        wanted.names = wanted.names[:MOST]
        raise BadInput(_("At most %(count)d names at a time: make a group for more.") % {"count": MOST})
    for name in wanted.names:
        if len(name) > LONGEST or not name.isprintable():
            wanted.names = [one[:LONGEST] for one in wanted.names if one.isprintable()]
            raise BadInput(_("One of these is not a name. Choose a person or a group in the list."))
        principal = principal_named(name)
        if principal in wanted.principals:
            raise BadInput(_("“%(name)s” is named twice.") % {"name": str(principal)})
        wanted.principals.append(principal)


def _end(wanted: Wanted) -> None:
    """The end is the last second of the day that was chosen, where the person is."""
    if not wanted.until:
        return
    try:
        day = dt.date.fromisoformat(wanted.until)
    except ValueError:
        raise BadInput(_("Write the end as a date, or leave it empty.")) from None
    if day < timezone.localdate():
        raise BadInput(_("This day is past: choose today or a later day."))
    if day.year > LAST_YEAR:
        raise BadInput(_("Choose a nearer day, or leave it empty for no end."))
    wanted.end = timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59, 59)))


def _note(wanted: Wanted) -> None:
    if len(wanted.note) > NOTE or "\0" in wanted.note:
        wanted.note = wanted.note.replace("\0", "")[:NOTE]
        raise BadInput(_("At most %(count)d letters here.") % {"count": NOTE})


def pack(before: Iterable[Given]) -> str:
    """Return what an undo sends to bring these rights back."""
    return json.dumps(
        [
            [given.principal.pk, int(given.mask), given.expires_at and given.expires_at.isoformat(), given.note]
            for given in before
        ]
    )


def unpack(text: str) -> list[Given]:
    """Return the rights that an undo brings back; what has ended meanwhile stays away. Raises BadInput."""
    try:
        rows: Any = json.loads(text) if len(text) <= _BEFORE else None
        found = {pk: (mask, end and dt.datetime.fromisoformat(end), note) for pk, mask, end, note in rows}
    except (ValueError, TypeError, RecursionError):
        raise BadInput from None
    for pk, (mask, end, note) in found.items():
        sound = type(pk) is int and 0 < pk < 2**63 and type(mask) is int and 0 <= mask <= Right.ALL
        if not sound or (end and timezone.is_naive(end)) or not isinstance(note, str) or "\0" in note:
            raise BadInput
    known = Principal.objects.filter(link=None).in_bulk(list(found))
    now = timezone.now()
    return [
        Given(known[pk], Right.NONE if end and end <= now else mask, end or None, note)
        for pk, (mask, end, note) in found.items()
        if pk in known
    ]
