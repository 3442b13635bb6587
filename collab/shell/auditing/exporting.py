"""The audit log as a table for a spreadsheet, written while it is sent: memory does not grow with the log."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from collab.accounts import ranks
from collab.events import audit
from collab.lib.errors import Forbidden
from collab.rights.actor import Actor
from collab.shell.auditing import finding, sentences

_AT_ONCE = 1000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def export(actor: Actor, wanted: finding.Wanted) -> Iterator[str]:
    """Return the lines of the table, the newest first, and tell the log that it was taken. Raises Forbidden."""
    if actor.user is None or not ranks.may(actor.user, "set.other"):
        raise Forbidden
    audit.record(
        "audit-exported", actor.user, kinds=list(wanted.kinds), person=wanted.person, thing=list(wanted.thing or ())
    )
    return _lines(actor, wanted)


def cell(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula: names are chosen by anybody."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


class _Line:
    """What `csv` writes to: it hands back each line instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _lines(actor: Actor, wanted: finding.Wanted) -> Iterator[str]:
    writer = csv.writer(_Line())
    # the mark by which spreadsheets know UTF-8
    yield "\ufeff" + writer.writerow([_("When"), _("Who"), _("What happened"), _("From where"), _("Kind"), _("Thing")])
    cursor = ""
    while True:
        page = finding.page(wanted, cursor, _AT_ONCE)
        known = sentences.seen_by(actor, page.entries)
        for entry in page.entries:
            told = sentences.tell(entry, known)
            moment = timezone.localtime(entry.at).isoformat(sep=" ", timespec="seconds")
            row = [moment, entry.actor_name, told.sentence, entry.address, entry.kind, told.thing]
            yield writer.writerow([cell(one) for one in row])
        if not page.more:
            return
        cursor = page.more
