"""How long the pages of the calendar take over twenty calendars of two and a half thousand entries each."""

from __future__ import annotations

import json
from typing import Any

from bench.calendars import entry
from bench.rights import best

CALENDARS, EACH = 20, 2_500
DAY = "2026-01-15"
VIEWS = {"month": 80, "week": 80, "list": 150, "year": 150}
"""{view: milliseconds wanted}; of the last two nothing is written anywhere, but nobody waits longer."""


def calendar_pages() -> str:
    """Fill the calendars, measure, and return {view: [milliseconds, of them CPU here]}."""
    person = _fill()
    return json.dumps({view: _page(person, view) for view in VIEWS})


def _fill() -> Any:
    from django.db import connection

    from calendars.actions import importing, making
    from collab.accounts.models import User
    from collab.rights.actor import Actor
    from collab.spaces import actions as spaces

    person = User.objects.get(username="bench")
    actor = Actor.of(person)
    making.furnish(actor)
    space = spaces.create_for(person, "Calendars")
    for number in range(CALENDARS):
        calendar = making.make(actor, space, f"Calendar {number}")
        first = number * EACH
        importing.bring(actor, calendar, map(entry, range(first, first + EACH)), importing.There.SKIP)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE calendars_calendar, calendars_calendarobject, calendars_occurrence")
    return person


def _page(person: Any, view: str) -> tuple[float, float]:
    from django.test import Client

    browser = Client(HTTP_HOST="localhost")
    browser.force_login(person)

    def page() -> None:
        answer = browser.get("/calendars/", {"view": view, "day": DAY})
        assert answer.status_code == 200, answer.status_code
        assert b'class="calendar-line"' in answer.content

    return best(page, 10)
