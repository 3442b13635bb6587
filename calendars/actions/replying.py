"""An attendee's side of a write (RFC 6638, 3.2.2): their own answer may change, and is sent to who invites."""

from __future__ import annotations

from django.db.models import QuerySet

from calendars import addresses
from calendars.actions.writes import Outcome, Stance, Write, called_off, new_tag, tag_of
from calendars.addresses import normal
from calendars.ical import answers, itip, reading
from calendars.ical.parts import Item
from calendars.models import CalendarObject, Delivery
from calendars.refusals import AttendeeMayNot


class Replying(Write):
    """The owner of the calendar is invited."""

    def as_attendee(self, organizer: str) -> Outcome:
        """The owner is invited: their own answer may change, and is sent."""
        item, old = self.after, self.old
        assert item is not None
        found = Outcome(self.data, item, Stance.ATTENDEE, organizer, tag_of(old) or new_tag())
        if self.how.quiet:
            return found
        address = self._as_whom(item)
        server = item.parts[0].organizer is None or item.parts[0].organizer.agent == "SERVER"
        if self.before is not None and old is not None and old.stance == Stance.ATTENDEE:
            if server and not answers.obeys(self.before, item, address, self.zone, normal):
                raise AttendeeMayNot
            changed, gone = answers.difference(self.before, item, address, self.zone, normal)
        elif (same := self._elsewhere(organizer).first()) is not None:
            changed, gone = answers.difference(reading.read(bytes(same.data)), item, address, self.zone, normal)
        else:
            said = itip.invited(item, self.zone, normal)
            changed = [which for (which, who), one in said.items() if who == address and one.partstat != "NEEDS-ACTION"]
            gone = []
        if server and self.how.reply and not self.is_over(item):
            found.news = self._replies(item, changed, gone, address, organizer)
        return found

    def declines(self) -> list[Delivery]:
        """Return the answer of an attendee who throws the invitation away."""
        item, old = self.before, self.old
        assert item is not None
        assert old is not None
        address = self._as_whom(item)
        said = [one for (_which, who), one in itip.invited(item, self.zone, normal).items() if who == address]
        server = item.parts[0].organizer is None or item.parts[0].organizer.agent == "SERVER"
        if not server or self.is_over(item) or called_off(bytes(item.tree)):
            return []
        if said and all(one.partstat == "DECLINED" for one in said):
            return []
        if self._elsewhere(old.organizer).exists():
            return []  # their device moved it: it was put there before it is deleted here
        return self._replies(item, [], [one.recurrence_id for one in said], address, old.organizer, whole=True)

    def _elsewhere(self, organizer: str) -> QuerySet[CalendarObject]:
        """Return their other copies of the event: programs move by putting there and deleting here."""
        item = self.after or self.before
        assert item is not None
        there = CalendarObject.objects.living().filter(uid=item.uid, organizer=organizer, stance=Stance.ATTENDEE)
        there = there.filter(calendar__space=self.calendar.space_id).exclude(calendar=self.calendar)
        return there.order_by("pk")

    def _replies(
        self, item: Item, changed: list[str], gone: list[str], address: str, organizer: str, *, whole: bool = False
    ) -> list[Delivery]:
        found: list[bytes] = []
        if changed:
            found.append(itip.reply(bytes(item.tree), changed, address, self.now, self.zone, normal))
        if gone:
            source = self.before if self.before is not None else item
            found.append(itip.reply(bytes(source.tree), gone, address, self.now, self.zone, normal, declined=True))
        rows = CalendarObject.objects.living().filter(uid=item.uid, organizer=organizer, stance=Stance.ORGANIZER)
        into = rows.only("pk").first() if found else None
        return [
            Delivery(
                into=into, address=organizer, sender=address, uid=item.uid, method="REPLY", data=data,
                due_at=self.now, status="1.1",
            )
            for data in found
            if into is not None or (addresses.reaches(organizer) and organizer != addresses.house())
        ]  # fmt: skip

    def _as_whom(self, item: Item) -> str:
        """Return by which of their addresses the owner is invited."""
        known = {normal(one.address) for part in item.parts for one in part.attendees}
        return next((one for one in self.own if one in known), self.own[0])
