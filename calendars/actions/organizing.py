"""The organizer's side of a write (RFC 6638, 3.2.1): all to whom something changed are told what they see of it."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from calendars import addresses
from calendars.actions import grouping
from calendars.actions.writes import Outcome, Stance, Write, called_off, expected, new_tag, tag_of
from calendars.addresses import normal
from calendars.ical import answers, itip, reading
from calendars.ical.parts import Item
from calendars.models import CalendarObject, Delivery
from calendars.refusals import ScheduledElsewhere
from collab.lib.contentlines import Line, Params


class News(NamedTuple):
    """What one attendee is told: `copy` is what their own copy becomes; `quiet`: it changes, and they hear nothing."""

    method: str
    data: bytes
    copy: bytes | None = None
    quiet: bool = False


class Organizing(Write):
    """The owner of the calendar invites. `moves`: from another calendar, where the device deletes it afterwards."""

    moves = False

    def as_organizer(self, organizer: str) -> Outcome:
        """The owner invites: all to whom something changed are told."""
        item, data, old = self.after, self.data, self.old
        assert item is not None
        if self.how.quiet:
            return Outcome(data, item, Stance.ORGANIZER if organizer else Stance.NONE, organizer, tag_of(old))
        self._alone(item)
        if (self.how.merge or self.moves) and self.before is not None:
            data = answers.merged(bytes(self.before.tree), data, self.zone, normal)
            item = reading.read(data)
        if organizer and organizer not in self.own and (old is None or old.organizer != organizer):
            self._in_the_name(item)
            organizer = self.own[0]
        grouping.keep_current(item)
        item = reading.read(bytes(item.tree))
        for part, sequence in itip.significant(self.before, item, self.zone):
            itip.bump(part, sequence, (*self.own, organizer), normal)
        item = reading.read(bytes(item.tree))
        self.after = item
        news = self._news(organizer)
        status = {one.address: one.status for one in news if one.method == "REQUEST" and not one.quiet}
        if status:
            for part in item.parts:
                itip.change_lines(part.tree, "ATTENDEE", partial(_noted, status))
        data = bytes(item.tree)
        stance = Stance.ORGANIZER if organizer else Stance.NONE
        return Outcome(data, reading.read(data), stance, organizer, new_tag(), news, data != self.data)

    def _alone(self, item: Item) -> None:
        """Refuse a second event of the same UID that invites (RFC 6638, 3.2.4.1); the same again is one that moves.

        Phones move by putting here and deleting there: nobody is told, answers that this phone did not read yet stay,
        and the other one says nothing when it goes. While it stays, it is a note of what invites from here.
        """
        old = self.old
        if old is not None and old.stance != Stance.NONE:
            return
        other = self._others(item).exclude(stance=Stance.NONE).first()
        if other is None:
            return
        same = reading.read(bytes(other.data))
        if old is not None or not self._say_the_same(same, item):
            raise ScheduledElsewhere(other)
        self.before, self.moves = same, True
        CalendarObject.objects.filter(pk=other.pk).update(stance=Stance.NONE)

    def _others(self, item: Item) -> QuerySet[CalendarObject]:
        """Return what bears the UID in other calendars of the space, and has an organizer."""
        there = CalendarObject.objects.living().filter(uid=item.uid, calendar__space=self.calendar.space_id)
        there = there.exclude(organizer="").exclude(calendar=self.calendar)
        return there.select_related("calendar").order_by("pk")

    def _say_the_same(self, one: Item, other: Item) -> bool:
        return itip.told(bytes(one.tree), self.zone, normal) == itip.told(bytes(other.tree), self.zone, normal)

    def _takes_over(self, item: Item) -> bool:
        """Whether what this event was moved from is still there and says the same: it invites from now on."""
        for other in self._others(item).filter(stance=Stance.NONE, organizer=self.old.organizer if self.old else ""):
            if self._say_the_same(reading.read(bytes(other.data)), item):
                CalendarObject.objects.filter(pk=other.pk).update(stance=Stance.ORGANIZER)
                return True
        return False

    def _in_the_name(self, item: Item) -> None:
        """Let the calendar's owner invite, and say by whom it was written."""
        address, name = addresses.organizer_of(self.calendar)
        for part in item.parts:
            line = part.tree.first("ORGANIZER")
            if line is not None:
                said = {"CN": name, "SENT-BY": addresses.address_of(self.actor.user) if self.actor.user else ""}
                part.tree.put("ORGANIZER", address, itip.with_params(itip.without(line.params, {"EMAIL"}), said))

    def _news(self, organizer: str) -> list[Delivery]:
        old, new = self.before, self.after
        assert new is not None
        if self.is_over(new) and (old is None or self.is_over(old)):
            return []
        was = itip.invited(old, self.zone, normal) if old is not None else {}
        now = itip.invited(new, self.zone, normal) if organizer else {}
        told: dict[str, News] = {}
        views = _Views(old, new if organizer else None, self.zone)
        for address, rows in _by_address(was, now).items():
            if address in self.own or address == organizer or rows[0].agent != "SERVER" or rows[0].kind == "GROUP":
                continue
            forced = any(one.forced == "REQUEST" for one in rows)
            if (news := self._what(views, address, forced)) is not None:
                told[address] = news
        return self._deliveries(told, organizer or (self.old.organizer if self.old else ""))

    def _what(self, views: _Views, address: str, forced: bool) -> News | None:
        """Return what one attendee is told, None for nothing."""
        old, new = views.old(address), views.new(address)
        if new is None:
            return News("CANCEL", itip.cancelled(old, address, self.now, normal)) if old is not None else None
        if called_off(new) and (old is None or not called_off(old)):
            return News("CANCEL", itip.cancelled(new, address, self.now, normal)) if old is not None else None
        before, after = views.told(old), views.told(new)
        if old is None or forced or any(before.said.get(which) != said for which, said in after.said.items()):
            return News("REQUEST", itip.message("REQUEST", new, self.now), new)
        dropped = {which for which in before.said if which not in after.said}
        removed = (after.gone - before.gone) | {one for one in dropped if one in after.gone or "" not in after.said}
        if removed:
            return News("CANCEL", itip.cancelled_at(old, removed, address, self.now, self.zone, normal), new)
        if dropped or before.gone != after.gone:
            return News("REQUEST", itip.message("REQUEST", new, self.now), new)
        return News("REQUEST", b"", new, quiet=True) if before.people != after.people else None

    def cancels(self) -> list[Delivery]:
        """Return the messages that an event does not take place."""
        item = self.before
        assert item is not None
        assert self.old is not None
        if self._takes_over(item) or self.is_over(item):
            return []
        told: dict[str, News] = {}
        views = _Views(item, None, self.zone)
        for (_which, address), one in itip.invited(item, self.zone, normal).items():
            if address in self.own or address == self.old.organizer or one.agent != "SERVER" or one.kind == "GROUP":
                continue
            view = views.old(address)
            if view is not None and not called_off(view):
                told[address] = News("CANCEL", itip.cancelled(view, address, self.now, normal))
        return self._deliveries(told, self.old.organizer)

    def _deliveries(self, told: dict[str, News], organizer: str) -> list[Delivery]:
        people = addresses.users(told)
        item = self.after or self.before
        assert item is not None
        found = []
        for address, (method, data, copy, quiet) in told.items():
            user = people.get(address)
            if user is not None and self.actor.user is not None and user.pk == self.actor.user.pk:
                continue  # they did it themselves
            if quiet and user is None:
                continue
            found.append(
                Delivery(
                    user=user,
                    address=address,
                    sender=organizer,
                    uid=item.uid,
                    method=method,
                    data=data,
                    copy=copy,
                    quiet=quiet,
                    due_at=self.now,
                    status=expected(address, user),
                )
            )
        return found


def _by_address(
    was: dict[tuple[str, str], itip.Invited], now: dict[tuple[str, str], itip.Invited]
) -> dict[str, list[itip.Invited]]:
    """Return {address: its lines as they are now}, of those who are not there any more as they were."""
    found: dict[str, list[itip.Invited]] = {}
    for (_which, address), one in now.items():
        found.setdefault(address, []).append(one)
    there = set(found)
    for (_which, address), one in was.items():
        if address not in there:
            found.setdefault(address, []).append(one)
    return found


class _Views:
    """What attendees see before and after; those who are invited to the same see the same."""

    def __init__(self, old: Item | None, new: Item | None, zone: ZoneInfo):
        self._items, self._zone = (old, new), zone
        self._known: dict[tuple[int, tuple[bool, ...]], bytes | None] = {}
        self._told: dict[bytes | None, itip.Told] = {}
        self._in: list[list[set[str]]] = [
            [{normal(one.address) for one in part.attendees} for part in item.parts] if item is not None else []
            for item in self._items
        ]

    def old(self, address: str) -> bytes | None:
        return self._view(0, address)

    def new(self, address: str) -> bytes | None:
        return self._view(1, address)

    def told(self, data: bytes | None) -> itip.Told:
        """Return what a view says, worked out once for all who have the same."""
        if data not in self._told:
            self._told[data] = itip.told(data, self._zone, normal)
        return self._told[data]

    def _view(self, side: int, address: str) -> bytes | None:
        item = self._items[side]
        key = (side, tuple(address in one for one in self._in[side]))
        if item is None or not any(key[1]):
            return None
        if key not in self._known:
            self._known[key] = itip.view(item, address, self._zone, normal)
        return self._known[key]


def _noted(status: dict[str, str], line: Line) -> Params:
    found = status.get(normal(line.value))
    params = itip.without(line.params, {"SCHEDULE-FORCE-SEND"})
    return params if found is None else itip.with_params(params, {"SCHEDULE-STATUS": found})
