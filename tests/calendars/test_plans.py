"""What takes place in a week is found by its times, whatever the statistics say: devices ask right after imports."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from calendars import queries
from calendars.dav import narrowing
from calendars.ical.filters import Narrowing
from calendars.ical.spans import Span
from tests import town as make
from tests.calendars.calendaring import personal, put
from tests.plans import nodes

pytestmark = pytest.mark.django_db
WEEK = Span(datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 12, 7, tzinfo=UTC))


@pytest.mark.parametrize("exact", [True, False])
def test_times_are_looked_up_once_before_their_entries(town, exact):
    calendar = personal(town.alice)
    for day in (1, 2, 20):
        put(town.alice, calendar, f"{day}", datetime(2026, 12, day, 9), datetime(2026, 12, day, 10))
    found = queries.mine(make.act(town.alice), calendar.pk)
    asked = Narrowing(component="VEVENT", span=WEEK, exact=exact)
    there = narrowing.candidates(make.act(town.alice), found, asked, ZoneInfo(calendar.zone))
    rows = there.sure if exact else there.unsure
    assert sorted(one.summary for one in rows) == ["1", "2"]
    plan = json.loads(rows.explain(format="json"))[0]["Plan"]
    times = [one for one in nodes(plan) if one.get("Parent Relationship") == "InitPlan"]
    assert len(times) == 1, "once, before anything else"
    assert any(one.get("Relation Name") == "calendars_occurrence" for one in nodes(times[0]))
    assert not [one["Node Type"] for one in nodes(plan) if "Join" in one["Node Type"] or "Loop" in one["Node Type"]]
