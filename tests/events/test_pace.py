"""When the change log is read: soon for who tells people, always; for the patient more rarely while changes pour in."""

import pytest
from django.db import connection

from collab.events import log, pace, readers
from collab.registry import registry
from collab.registry.plugin import Reader
from tests import town as make


class Keys:
    """Redis as far as the pace needs it; `now` is its clock, in seconds."""

    def __init__(self):
        self.now, self.ends = 0.0, {}

    def set(self, name, value, nx=False, px=0):
        if nx and self.exists(name):
            return None
        self.ends[name] = self.now + px / 1000
        return True

    def exists(self, name):
        return int(self.ends.get(name, 0) > self.now)


@pytest.fixture
def keys(monkeypatch, settings):
    settings.REDIS_URL = settings.REDIS_URL or "redis://nowhere"
    found = Keys()
    monkeypatch.setattr(pace.wake, "client", lambda: found)
    return found


@pytest.fixture
def sent(monkeypatch, keys):
    """What was asked of the worker: (when it is to be done, whether the patient ones read too)."""
    asked = []
    monkeypatch.setattr(pace, "_send", lambda after, *, patient: asked.append((round(keys.now + after, 3), patient)))
    return asked


def stream(keys, seconds, every, count):
    """A change every so often, and a reading of `count` changes for each 0.3 s of it."""
    begin = keys.now
    while keys.now < begin + seconds:
        pace.call(keys)
        pace.note(count)
        keys.now = round(keys.now + every, 3)


def test_a_change_is_read_by_all_a_moment_later(keys, sent):
    pace.call(keys)
    pace.call(keys)
    assert sent == [(pace.SOON, True)]
    keys.now = 10
    pace.note(1)
    pace.call(keys)
    assert sent[1:] == [(10 + pace.SOON, True)]


def test_while_changes_pour_in_the_patient_read_rarely_and_the_others_as_soon_as_ever(keys, sent):
    stream(keys, 20, 0.05, pace.MANY)
    soon = [at for at, patient in sent[1:] if not patient]
    rarely = [at for at, patient in sent[1:] if patient]
    assert len(soon) > 20 / pace.SOON * 0.8
    assert len(rarely) <= 20 / pace.RARELY + 1


def test_nothing_waits_longer_than_that_and_what_comes_last_is_read_too(keys, sent):
    stream(keys, 7.3, 0.05, pace.MANY)
    last = keys.now - 0.05
    after = [at for at, patient in sent if patient and at >= last]
    assert after
    assert min(after) <= last + pace.RARELY


def test_afterwards_all_is_as_before(keys, sent):
    stream(keys, 3, 0.05, pace.MANY)
    keys.now += 3 * pace.RARELY
    sent.clear()
    pace.call(keys)
    assert sent == [(round(keys.now + pace.SOON, 3), True)]


def test_redis_away_is_no_trouble_for_who_reads(monkeypatch, settings):
    settings.REDIS_URL = "redis://nowhere"

    def away():
        raise pace.redis.RedisError

    monkeypatch.setattr(pace.wake, "client", away)
    pace.note(pace.MANY)


@pytest.mark.django_db
def test_only_the_patient_are_left_out_and_then_read_all_of_it(monkeypatch, town, keys):
    heard = {"hasty": [], "calm": []}
    ones = (
        Reader("hasty", lambda space, changes: heard["hasty"].extend(changes)),
        Reader("calm", lambda space, changes: heard["calm"].extend(changes), patient=True),
    )
    monkeypatch.setattr(registry, "readers", lambda: ones)
    space = make.make_space(town.alice, "Sport")
    readers.catch_up()
    heard["hasty"].clear()
    heard["calm"].clear()
    for _ in range(pace.MANY):
        log.record(space.pk, "edit", ("space", space.pk), None)
    assert readers.catch_up(patient=False) == pace.MANY
    assert (len(heard["hasty"]), len(heard["calm"])) == (pace.MANY, 0)
    assert keys.exists("collab:readers:pouring")
    readers.catch_up()
    assert len(heard["hasty"]) == len(heard["calm"]) == pace.MANY
    assert connection.in_atomic_block


def test_whoever_tells_people_is_never_patient():
    patient = {reader.name for reader in registry.readers() if reader.patient}
    assert patient == {"search", "previews", "gallery"}
