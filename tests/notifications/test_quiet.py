"""Quiet hours, “do not disturb”, and who sits at a page anyway: when devices ring, and when not."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from chat.actions import sitting
from collab.events import presence
from collab.notifications import actions, pushing, quiet
from collab.notifications.models import Push, Reach
from collab.profiles import actions as profiles
from tests import town as make
from tests.chat import chatting
from tests.files.web import signed_in
from tests.notifications.test_push import Browser, register

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 11, 27, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize(
    ("hour", "day", "wanted"),
    [(7, 0, False), (8, 0, True), (18, 0, True), (19, 0, False), (12, 1, False), (12, 3, True)],
)
def test_devices_ring_within_the_hours_of_the_days(hour, day, wanted):
    reach = Reach(ring_from=8, ring_until=19, ring_days=[0, 3, 4])  # Monday, Thursday, Friday
    assert quiet.rings(reach, FRIDAY + timedelta(days=day, hours=hour)) is wanted


@pytest.mark.parametrize(
    ("hour", "day", "wanted"), [(21, 0, False), (23, 0, True), (5, 1, True), (6, 1, False), (5, 0, False)]
)
def test_hours_over_midnight_belong_to_the_evening(hour, day, wanted):
    reach = Reach(ring_from=22, ring_until=6, ring_days=[4])
    assert quiet.rings(reach, FRIDAY + timedelta(days=day, hours=hour)) is wanted


@pytest.fixture
def device(town, monkeypatch):
    """Bob's browser, and the messages that it was rung for."""
    rung = []
    monkeypatch.setattr(pushing, "_queue", lambda person: None)
    monkeypatch.setattr(pushing.outside, "check", lambda url: None)
    monkeypatch.setattr(pushing.outside, "post", lambda url, body, headers: rung.append(body) or (201, ""))
    register(town.bob, None, Browser(), endpoint="https://push.example.org/1")
    return rung


def test_a_message_rings_and_one_that_is_read_at_once_does_not(town, device):
    direct = chatting.direct(town.alice, town.bob)
    chatting.say(town.alice, direct, "Are you there?")
    pushing.deliver(town.bob.pk)
    assert len(device) == 1
    # at a page, a device waits a moment; what was read meanwhile does not ring at all
    sitting.read(make.act(town.bob), chatting.fresh(direct), 1)
    presence.touch(town.bob.pk)
    presence.beat([town.bob.pk])
    chatting.say(town.alice, direct, "Good")
    pushing.deliver(town.bob.pk)
    assert len(device) == 1
    assert Push.objects.get().at > timezone.now() + timedelta(seconds=30)
    sitting.read(make.act(town.bob), chatting.fresh(direct), 2)
    make.change(Push.objects.get(), at=timezone.now())
    pushing.deliver(town.bob.pk)
    assert (len(device), Push.objects.count()) == (1, 0)


def test_nothing_rings_while_somebody_wants_no_disturbance(town, device):
    direct = chatting.direct(town.alice, town.bob)
    profiles.say_kind(make.act(town.bob), "dnd", timezone.now() + timedelta(hours=1))
    chatting.say(town.alice, direct, "Are you there?")
    assert not Push.objects.exists()
    hour = timezone.localtime(timezone=ZoneInfo("Asia/Tokyo")).hour
    profiles.clear(make.act(town.bob))
    make.change(town.bob, time_zone="Asia/Tokyo")
    actions.prefer(town.bob, ring_from=(hour + 1) % 24, ring_until=hour or 24, ring_days=list(range(7)))
    sitting.read(make.act(town.bob), chatting.fresh(direct), 1)
    chatting.say(town.alice, direct, "Now?")
    assert not Push.objects.exists()
    actions.prefer(town.bob, ring_from=0, ring_until=24, ring_days=[])
    chatting.say(town.alice, direct, "And on no day?")
    assert not Push.objects.exists()


def test_the_hours_are_chosen_on_the_page(town):
    browser = signed_in(town.bob)
    page = browser.get("/settings/notifications/")
    assert "On which days do your devices ring?" in page.content.decode()
    fields = {"ring_days": ["0", "4"], "ring_from": "8", "ring_until": "19"}
    for name, value in fields.items():
        assert browser.post("/settings/notifications/", {"only": name, name: value}).status_code == 200
    kept = Reach.objects.get(person=town.bob)
    assert (kept.ring_days, kept.ring_from, kept.ring_until) == ([0, 4], 8, 19)
    assert browser.post("/settings/notifications/", {"only": "ring_until", "ring_until": "25"}).status_code == 400
