"""What the log of changes and the audit log know of a person, for the archive they take with them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.utils.translation import gettext as _

from collab.events.audit import PERSON
from collab.events.models import AuditEntry, Change, Job

_AT_ONCE = 1000
_BLOCK = 2**20
_OTHERS = {PERSON, "registration", "invitation"}
"""What of these is in an entry is somebody else's: the archive says that something was done, not about whom."""


def export(person: Any, into: Any) -> None:
    """Put in what the person did and what was done to them, without other people's names and addresses."""
    with tempfile.TemporaryFile() as file:
        mine = Q(actor_id=person.pk) | Q(subject_kind=PERSON, subject_id=person.pk)
        mine |= Q(whom_kind=PERSON, whom_id=person.pk)
        entries = AuditEntry.objects.filter(mine).order_by("pk").iterator(chunk_size=_AT_ONCE)
        _spool(file, (_entry(one, person.pk) for one in entries))
        into.write("audit.json", blocks(file), about=_("Sign-ins, and changes of your account and rights"))
    with tempfile.TemporaryFile() as file:
        changes = Change.objects.filter(actor=person).order_by("pk")
        facts = changes.values("at", "space_id", "kind", "ref_kind", "ref_id").iterator(chunk_size=_AT_ONCE)
        _spool(file, facts)
        into.write("changes.json", blocks(file), about=_("What you changed in the last months"))
    jobs = Job.objects.filter(actor=person).order_by("created_at")
    into.json("jobs.json", list(jobs.values("title", "state", "created_at")), about=_("Long work that you began"))


def blocks(file: BinaryIO) -> Iterator[bytes]:
    """Yield what was spooled, from its beginning."""
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block


def _spool(file: BinaryIO, rows: Any) -> None:
    """Write the rows as one JSON list, one a line."""
    file.write(b"[")
    for number, row in enumerate(rows):
        file.write(b",\n" if number else b"\n")
        file.write(json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False).encode())
    file.write(b"\n]\n")


def _entry(one: AuditEntry, me: int) -> dict[str, Any]:
    by_me, about_me = one.actor_id == me, (one.subject_kind, one.subject_id) == (PERSON, me)
    to_me = (one.whom_kind, one.whom_id) == (PERSON, me)
    others = one.subject_kind in _OTHERS and not about_me
    told: dict[str, Any] = {"at": one.at, "kind": one.kind, "by_me": by_me, "about": one.subject_kind}
    if not others:
        told["name"] = one.subject_name
    if about_me or to_me or (by_me and not others and one.whom_kind != PERSON):
        told["details"] = one.details
    if by_me:
        told["address"] = one.address
    if to_me:
        told["to_me"] = True
    return told
