"""Whoever reads the change log reads every change once, in order, and stumbles alone."""

import pytest
from django.db import connection

from collab.events import log, readers
from collab.events.models import Change, Reading
from collab.registry import registry
from collab.registry.plugin import Reader
from tests import town as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def space(town):
    return make.make_space(town.alice, "Sport")


@pytest.fixture
def heard(monkeypatch):
    """Two readers; one stumbles in the spaces put into `heard.bad`."""

    class Heard(list):
        bad = set()

    found = Heard()

    def listen(space_id, changes):
        Reading.objects.create(reader=f"effect {changes[-1].seq}", space_id=space_id, seq=1)
        if space_id in found.bad:
            raise ValueError("no")
        found.extend((space_id, change.seq) for change in changes)

    monkeypatch.setattr(registry, "readers", lambda: (Reader("ear", listen),))
    return found


def happen(space, times=1):
    for _ in range(times):
        log.record(space.pk, "edit", ("space", space.pk), None)


def numbers(space):
    return list(Change.objects.filter(space_id=space.pk).order_by("seq").values_list("space_id", "seq"))


def test_every_change_is_heard_once_and_in_order(space, heard, monkeypatch):
    monkeypatch.setattr(readers, "AT_ONCE", 2)
    happen(space, 5)
    readers.catch_up()
    happen(space)
    assert readers.catch_up() == 1
    assert [one for one in heard if one[0] == space.pk] == numbers(space)
    assert readers.catch_up() == 0


def test_who_stumbles_in_one_space_goes_on_in_the_others_and_leaves_nothing_half_done(town, space, heard):
    other = make.make_space(town.alice, "Garden")
    happen(space)
    happen(other)
    heard.bad.add(space.pk)
    readers.catch_up()
    assert {one[0] for one in heard} >= {other.pk}
    assert not Reading.objects.filter(space_id=space.pk).exclude(seq=0).exists()
    heard.bad.clear()
    readers.catch_up()
    assert [one for one in heard if one[0] == space.pk] == numbers(space)


def test_places_in_spaces_that_are_gone_are_forgotten(space, heard):
    happen(space)
    readers.catch_up()
    Reading.objects.create(reader="ear", space_id=2**40, seq=3)
    assert readers.forget_gone() == 1
    assert Reading.objects.filter(space_id=space.pk, reader="ear").exists()


def test_looking_for_what_is_behind_is_one_query(space, heard, django_assert_num_queries):
    readers.catch_up()
    with django_assert_num_queries(1):
        readers.catch_up()
    assert connection.in_atomic_block
