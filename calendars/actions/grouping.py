"""Groups that are invited as one (CUTYPE=GROUP): their members stand beside them, each with an answer of their own.

On every save of the organizer the members are those of now: who joined is invited, who left is not any more
(`MEMBER`, RFC 5545, 3.2.11, tells them from people who were invited by themselves). A group that was unfolded when it
was chosen is not there, only its people, and stays as it was.
"""

from __future__ import annotations

from calendars import addresses
from calendars.addresses import normal
from calendars.ical.parts import Item
from collab.accounts.models import User
from collab.groups.models import Group
from collab.lib.contentlines import Line
from collab.rights import explain

MOST = 500
"""So many members of groups stand in one event at most."""


def keep_current(item: Item) -> None:
    """Let each group in the event bring its members of now; no statement where there is none."""
    named = {
        normal(one.address) for part in item.parts for one in part.attendees if one.kind == "GROUP"
    }  # fmt: skip
    ids = addresses.group_ids(named)
    groups = Group.objects.select_related("principal").in_bulk(list(ids.values())) if ids else {}
    members = {address: _members(groups[pk]) for address, pk in ids.items() if pk in groups}
    for part in item.parts:
        lines = part.tree.all("ATTENDEE")
        known = {normal(line.value): line for line in lines}
        brought = {one for group, people in members.items() if group in known for one in people}
        by = {normal(line.value): normal(line.param("MEMBER")) for line in lines if line.param("MEMBER")}
        gone = {who for who, group in by.items() if group.startswith(addresses.GROUPS) and who not in brought}
        if gone:
            part.tree.remove("ATTENDEE", lambda line, gone=gone: normal(line.value) in gone)  # type: ignore[misc]
        for group, people in members.items():
            if (line := known.get(group)) is None:
                continue
            for who, name in people.items():
                if who not in known:
                    known[who] = line
                    part.tree.add("ATTENDEE", addresses.written(who), _params(line, group, name))


def _members(group: Group) -> dict[str, str]:
    reach = explain.people_of({group.principal.pk})
    ids = {pk for people in reach.values() for pk in people}
    rows = User.objects.filter(pk__in=ids, is_active=True).order_by("display_name", "pk")[:MOST]
    return {addresses.of_user(one)[0]: str(one) for one in rows}


def _params(line: Line, group: str, name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (
        ("CN", (name,)),
        ("ROLE", (line.param("ROLE", "REQ-PARTICIPANT"),)),
        ("PARTSTAT", ("NEEDS-ACTION",)),
        ("RSVP", ("TRUE",)),
        ("MEMBER", (group,)),
    )
