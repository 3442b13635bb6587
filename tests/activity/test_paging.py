"""Whatever the size of a page and of a reading, the pages together tell every line once, with its whole number."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collab.activity import reading, scope, stream
from collab.activity.scope import Scope
from collab.events.models import Change
from tests import town as make
from tests.activity import log

pytestmark = pytest.mark.django_db

STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["add", "edit", "share"]),
        st.integers(0, 7),
        st.integers(0, 1),
        st.sampled_from([0, 1, 20, 59, 61, 200, 900]),
    ),
    max_size=40,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    steps=STEPS, first=st.integers(1, 9), few=st.booleans(), sizes=st.sampled_from([(1,), (2,), (3, 1), (7,), (30,)])
)
def test_no_line_is_lost_or_told_twice(town, steps, first, few, sizes):
    with make.rolled_back(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "PAGE", max(sizes))  # of which a reading for fewer lines takes a part
        patch.setattr(stream, "FIRST", first)
        patch.setattr(stream, "GROWS", 1 + first % 2)
        patch.setattr(stream, "LONGEST", 11)
        patch.setattr(stream, "LEAST", 1)
        patch.setattr(stream, "PATIENCE", 12)
        patch.setattr(stream, "LITTLE", 0.1 if first % 3 else 2)  # at once, or after patience
        patch.setattr(reading, "LEAST_THINGS", first % 4 + 1)
        patch.setattr(scope, "MOST_THINGS", 100 if few else 0)
        rows, hidden = write(town, steps)
        for of in (Scope(space=town.space.pk), Scope()):
            assert read(town.bob, of, sizes) == expected(rows, hidden)


def write(town, steps):
    people = (town.alice, town.bob, None)
    folders = [make.make_folder(town.alice, town.root, name) for name in ("One", "Two")]
    nodes = [make.make_file(town.alice, folders[number % 2], f"f{number}") for number in range(8)]
    for node in nodes[6:]:
        make.restrict(town.alice, node)
    Change.objects.all().delete()
    at = timezone.now() - timedelta(days=30)
    made = []
    for who, kind, node, folder, minutes in steps:
        at += timedelta(minutes=minutes, seconds=1)
        after = None if kind == "share" else {"parent": folders[folder].pk}
        made.append((people[who], kind, nodes[node], after, at))
    ids = log.write(town.space, made)
    return list(zip(ids, made, strict=True)), {node.pk for node in nodes[6:]}


def expected(rows, hidden):
    """The same by the book: newest first, a line goes on while its next change is within an hour, on the same day."""
    offset = timezone.localtime().utcoffset()
    found, going = [], {}
    for number, (who, kind, node, after, at) in reversed(rows):
        if node.pk in hidden:
            continue
        key = (who and who.pk, kind, node.pk if kind == "share" else "", (at + offset).date())
        if key not in going or going[key]["at"] - at > timedelta(hours=1):
            going[key] = {"places": {}}
            found.append(going[key])
        going[key]["at"] = at
        going[key]["places"].setdefault(after and after["parent"], []).append((number, node.pk))
    return [line for one in found for line in sorted(map(told, one["places"].values()), reverse=True)]


def told(changes):
    numbers, things = [number for number, _thing in changes], {thing for _number, thing in changes}
    return max(numbers), min(numbers), len(things), len(changes) if len(things) == 1 else 0


def read(who, of, sizes):
    found, cursor, actor = [], "", make.act(who)
    for turn in range(200):
        page = stream.page(actor, of, cursor, size=sizes[turn % len(sizes)])
        found += [
            (line.number, line.first, len(line.names) + line.more or 1, 0 if line.names else line.times)
            for line in page.lines
        ]
        cursor = page.more
        if not cursor:
            return found
    raise AssertionError("the pages have no end")
