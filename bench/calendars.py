"""How long a device waits for what it asks of a calendar of five thousand entries, and how many it puts in a second."""

from __future__ import annotations

import datetime as dt
import json
import re
import statistics
import time
from collections.abc import Callable

from bench.client import Client
from bench.processes import CannotMeasure
from bench.servers.base import Server
from bench.servers.radicale import CalendarServer

ENTRIES = 5_000
FIRST = dt.date(2025, 6, 2)
ROUNDS, FEW = 15, 5
SLOW, ONCE = 500, 5_000
"""Milliseconds above which a question is put a few times only, or once."""
PATIENCE = 1_500
NS = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:cs="http://calendarserver.org/ns/"'
SPAN = 'start="20260601T000000Z" end="20260608T000000Z"'
DATA = "<d:getetag/><c:calendar-data/>"
_TOKEN = re.compile(rb"<(?:\w+:)?sync-token>([^<]+)<")
_HREF = re.compile(rb"<(?:\w+:)?href>([^<]+\.ics)<")
_RESPONSE = re.compile(rb"<(?:\w+:)?response[ >]")
_BUSY = re.compile(rb"BEGIN:VFREEBUSY")


def entry(number: int, title: str = "") -> bytes:
    """Return an event: each tenth a weekly series of twenty with one left out, each twentieth a whole day."""
    day = FIRST + dt.timedelta(days=number * 7919 % 1095)
    hour = 8 + number % 10
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//EN", "BEGIN:VEVENT", f"UID:bench-{number}",
             "DTSTAMP:20260101T000000Z", f"SUMMARY:{title or f'Meeting {number} of {number % 97}'}"]  # fmt: skip
    if number % 20 == 5:
        lines += [f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + dt.timedelta(days=1):%Y%m%d}"]
    else:
        lines += [f"DTSTART;TZID=Europe/Paris:{day:%Y%m%d}T{hour:02}0000"]
        lines += [f"DTEND;TZID=Europe/Paris:{day:%Y%m%d}T{hour + 1:02}0000"]
    if number % 10 == 0:
        lines += ["RRULE:FREQ=WEEKLY;COUNT=20"]
        lines += [f"EXDATE;TZID=Europe/Paris:{day + dt.timedelta(days=14):%Y%m%d}T{hour:02}0000"]
    lines += ["DESCRIPTION:Words that nobody searches", "END:VEVENT", "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def fill() -> str:
    """Put the entries into the calendar of the person who measures, as an import does; run inside Collab."""
    from calendars import queries
    from calendars.actions import importing, making
    from collab.accounts.models import User
    from collab.rights.actor import Actor

    actor = Actor.of(User.objects.get(username="bench"))
    making.furnish(actor)
    calendar = queries.in_home(actor, "personal").calendar
    begin = time.perf_counter()
    importing.bring(actor, calendar, map(entry, range(ENTRIES)), importing.There.SKIP)
    return json.dumps({"imported": ENTRIES / (time.perf_counter() - begin)})


def put_all(server: CalendarServer) -> None:
    """Put the same entries into the calendar of another server: at once where it takes that, else one after another."""
    device, until = Client(server, PATIENCE), time.monotonic() + PATIENCE
    if server.takes_all:
        wholes = (entry(number).partition(b"EN\r\n")[2] for number in range(ENTRIES))
        inside = b"".join(whole.partition(b"END:VCALENDAR")[0] for whole in wholes)
        head, tail = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n", b"END:VCALENDAR\r\n"
        puts = [(server.calendar, head + inside + tail)]
    else:
        puts = [(f"{server.calendar}bench-{number}.ics", entry(number)) for number in range(ENTRIES)]
    for path, data in puts:
        if time.monotonic() > until:
            raise CannotMeasure(f"{server.name} did not take {ENTRIES} entries within {PATIENCE} s")
        if (status := device.ask("PUT", path, data, **_calendar(server)).status) not in {201, 204}:
            raise CannotMeasure(f"{server.name} refuses an entry: {status}")
    device.close()


def _calendar(server: Server) -> dict[str, str]:
    return {**server.headers, "Content-Type": "text/calendar; charset=utf-8"}


def measure(server: Server, path: str) -> dict[str, tuple[str, float, float]]:
    """Return {what: (unit, figure, target)} of a filled calendar. Raises CannotMeasure where an answer is not whole;
    of other servers than Collab what they cannot is left out.
    """
    device = Client(server, PATIENCE)
    headers = {**server.headers, "Content-Type": "application/xml"}

    def ask(
        method: str, body: str, wanted: int, depth: str = "1", mark: re.Pattern[bytes] = _RESPONSE
    ) -> tuple[float, bytes]:
        answer = device.ask(method, path, body.encode(), **headers, Depth=depth)
        if answer.status >= 300 or (wanted and len(mark.findall(answer.body)) != wanted):
            found = f"{answer.status}, {len(mark.findall(answer.body))} not {wanted}"
            raise CannotMeasure(f"{server.name}: {method} {body[:120]}: {found}")
        return answer.whole, answer.body

    def query(inside: str, props: str = "<d:getetag/>") -> str:
        fits = f'<c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">{inside}</c:comp-filter></c:comp-filter>'
        return f"<c:calendar-query {NS}><d:prop>{props}</d:prop><c:filter>{fits}</c:filter></c:calendar-query>"

    def sync(token: str) -> str:
        return (f"<d:sync-collection {NS}><d:sync-token>{token}</d:sync-token><d:sync-level>1</d:sync-level><d:prop>"
                "<d:getetag/><d:getcontenttype/></d:prop></d:sync-collection>")  # fmt: skip

    def says(name: str, text: str) -> str:
        return f'<c:prop-filter name="{name}"><c:text-match>{text}</c:text-match></c:prop-filter>'

    week = f"<c:time-range {SPAN}/>"
    _taken, first = ask("REPORT", query(week), 0)
    in_week = len(_RESPONSE.findall(first))
    _taken, everything = ask("REPORT", sync(""), ENTRIES)
    hrefs = _HREF.findall(everything)[:100]
    token = _TOKEN.search(everything)
    if token is None or not in_week:
        raise CannotMeasure("nothing is in the week, or there is no token")
    name = hrefs[0].decode()
    number = re.search(rb"UID:bench-(\d+)", device.ask("GET", name, None, **server.headers).body)
    changed = entry(int(number[1]) if number else 0, "Changed")
    device.ask("PUT", name, changed, **_calendar(server))
    named = "".join(f"<d:href>{one.decode()}</d:href>" for one in hrefs)
    ctag = f"<d:propfind {NS}><d:prop><cs:getctag/><d:sync-token/></d:prop></d:propfind>"
    expanded = f"<d:getetag/><c:calendar-data><c:expand {SPAN}/></c:calendar-data>"
    busy = f"<c:free-busy-query {NS}><c:time-range {SPAN}/></c:free-busy-query>"
    many = f"<c:calendar-multiget {NS}><d:prop>{DATA}</d:prop>{named}</c:calendar-multiget>"
    asks: dict[str, tuple[float, Callable[[], tuple[float, bytes]]]] = {
        "ctag of a calendar": (5, lambda: ask("PROPFIND", ctag, 1, "0")),
        "sync after one change": (8, lambda: ask("REPORT", sync(token[1].decode()), 1)),
        "first sync of 5,000": (250, lambda: ask("REPORT", sync(""), ENTRIES)),
        "multiget of 100": (20, lambda: ask("REPORT", many, 100)),
        "week, ETags": (15, lambda: ask("REPORT", query(week), in_week)),
        "week, data": (25, lambda: ask("REPORT", query(week, DATA), in_week)),
        "week, expanded": (60, lambda: ask("REPORT", query(week, expanded), in_week)),
        "query by a word": (20, lambda: ask("REPORT", query(says("SUMMARY", "Meeting 4321 of")), 1)),
        "query by UID": (20, lambda: ask("REPORT", query(says("UID", "bench-4321")), 1)),
        "free-busy of a week": (15, lambda: ask("REPORT", busy, 1, mark=_BUSY)),
    }
    found: dict[str, tuple[str, float, float]] = {}
    for title, (target, one) in asks.items():
        try:
            taken = [one()[0]]
            rounds = 1 if taken[0] > ONCE else FEW if taken[0] > SLOW or target > 100 else ROUNDS
            taken += [one()[0] for _round in range(rounds - 1)]
            found[title] = ("ms", statistics.median(taken), target)
        except CannotMeasure:
            if not isinstance(server, CalendarServer):
                raise
    begin = time.perf_counter()
    for more in range(100):
        if device.ask("PUT", f"{path}more-{more}.ics", entry(ENTRIES + more), **_calendar(server)).status != 201:
            raise CannotMeasure("PUT was refused")
    found["PUT into 5,000, one device"] = ("/s", 100 / (time.perf_counter() - begin), 150)
    device.close()
    return found
