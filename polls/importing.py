"""Polls from Framadate: its CSV, read as what a stranger wrote, under limits."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time
from typing import NamedTuple

from django.utils.translation import gettext as _

from collab.lib import numerals
from collab.lib.errors import BadInput, TooLarge
from polls.actions.making import MOST_OPTIONS, Wanted
from polls.models import Poll
from polls.slots import Slot

LONGEST = 2 * 2**20
MOST = 5000
VALUES = {
    "oui": "y", "yes": "y", "si nécessaire": "m", "(oui)": "m", "ifneedbe": "m", "if need be": "m", "(yes)": "m",
    "under reserve": "m", "non": "n", "no": "n", "inconnu": "", "unknown": "", "": "",
}  # fmt: skip
"""What Framadate writes for an answer, in French and in English."""
_DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%m/%d/%Y", "%A %d %B %Y")


class Brought(NamedTuple):
    """What a file holds: options, and who answered what in their order."""

    kind: str
    wanted: list[Wanted]
    people: list[tuple[str, list[str]]]


def framadate(data: bytes) -> Brought:
    """Read Framadate's export: a row of days or words, for days a row of hours, then a row for each person.

    Raises BadInput with what is wrong and where, TooLarge.
    """
    if len(data) > LONGEST:
        raise TooLarge(_("This file is too large for a poll: 2 MB at most."))
    try:
        text = data.decode("utf-8-sig")
        rows = [row for row in csv.reader(io.StringIO(text, newline="")) if any(cell.strip() for cell in row)]
    except (UnicodeDecodeError, csv.Error):
        raise BadInput(_("This is no CSV file of Framadate.")) from None
    if len(rows) < 2 or len(rows) > MOST + 2:
        raise BadInput(_("This is no CSV file of Framadate.")) if len(rows) < 2 else TooLarge()
    head = [cell.strip() for cell in rows[0][1:]]
    while head and not head[-1]:
        head.pop()
    if not head or len(head) > MOST_OPTIONS or "\0" in text:
        raise BadInput(_("This file holds no options, or more than %(count)d.") % {"count": MOST_OPTIONS})
    days = [_day(cell) for cell in head]
    if all(days):
        hours = rows[1][1:] if not rows[1][0].strip() else []
        wanted = [Wanted(_slot(day, hour)) for day, hour in zip(days, [*hours, *[""] * len(head)], strict=False) if day]
        return Brought(Poll.Kind.DATE, wanted, [_person(row, len(head)) for row in rows[2 if hours else 1 :]])
    options = [Wanted(text=cell[:200]) for cell in head]
    return Brought(Poll.Kind.CHOICE, options, [_person(row, len(head)) for row in rows[1:] if row[0].strip()])


def _person(row: list[str], width: int) -> tuple[str, list[str]]:
    values = []
    for cell in [*row[1:], *[""] * width][:width]:
        word = cell.strip().casefold()
        if word not in VALUES:
            text = _("“%(cell)s” in the line of %(name)s is no answer that is known here.")
            raise BadInput(text % {"cell": cell[:40], "name": row[0][:60]})
        values.append(VALUES[word])
    return row[0].strip() or _("somebody"), values


def _day(cell: str) -> date | None:
    for form in _DAYS:
        try:
            found = datetime.strptime(cell, form).date()
        except ValueError:
            continue
        return found if 2000 <= found.year <= 2100 else None
    return None


def _slot(day: date, hour: str) -> Slot:
    """Return the slot that Framadate calls so: “18h30”, “18:30 - 20:30”; what says no hour is the whole day."""
    found = [_time(part) for part in hour.replace("–", "-").split("-")]
    begins, ends = (*found, None, None)[:2]
    return Slot(day, begins, ends if begins and ends != begins else None)


def _time(text: str) -> time | None:
    hours, _sign, minutes = text.strip().casefold().replace("h", ":").partition(":")
    hour, minute = numerals.whole(hours, 2), numerals.whole(minutes, 2) or 0
    return time(hour, minute if minute < 60 else 0) if hour is not None and hour < 24 else None
