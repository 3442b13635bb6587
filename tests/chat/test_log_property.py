"""Whatever happens in a channel, whenever a page comes back: what it has and what happened since is what is there."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat import queries
from chat.actions import posting, sitting
from chat.models import Message
from collab.lib.errors import Refusal
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db

ACTS = st.one_of(
    st.tuples(st.just("say"), st.integers(0, 1), st.integers(0, 9)),
    st.tuples(st.just("answer"), st.integers(0, 9), st.booleans()),
    st.tuples(st.just("edit"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("react"), st.integers(0, 9), st.booleans()),
    st.tuples(st.just("back"), st.integers(0, 9), st.none()),
    st.tuples(st.just("pin"), st.integers(0, 9), st.booleans()),
    st.tuples(st.just("page comes back"), st.integers(0, 2), st.integers(1, 3)),
)


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


def act(town, trips, name, one, two):
    """Do it, if it can be done."""
    if name == "say":
        chatting.say((town.alice, town.bob)[one], trips, f"Text {two}", key=f"key-number-{two}")
        return
    pks = list(Message.objects.filter(channel=trips).order_by("pk").values_list("pk", flat=True))
    if not pks:
        return
    pk = pks[one % len(pks)]
    if name == "answer":
        chatting.say(town.bob, trips, "Answer", root=pk, also=two)
        return
    message, _mine = queries.found(make.act(town.alice), pk)
    if name == "edit":
        posting.edit(make.act(message.author), message, f"Changed {two}")
    elif name == "react":
        sitting.react(make.act(town.bob), message, "👍", on=two)
    elif name == "pin":
        posting.pin(make.act(town.alice), message, on=two)
    else:
        posting.take_back(make.act(town.alice), message)


def state(message):
    return (message.number, message.root_id, message.text, message.answered, message.pinned_at is None,
            message.deleted_at is None, {sign: sorted(people) for sign, people in message.signs.items()})  # fmt: skip


def catch_up(trips, page, most):
    """What a page does: ask for what changed since its clock, until nothing is left."""
    while rows := queries.changed(trips.pk, page["clock"], most):
        for row in rows:
            page["has"][row.pk] = state(row)
            page["clock"] = row.clock


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(ACTS, min_size=3, max_size=24))
def test_old_state_and_what_happened_since_is_new_state(town, trips, steps):
    pages = [{"clock": 0, "has": {}} for _number in range(3)]
    with transaction.atomic():
        for name, one, two in steps:
            if name == "page comes back":
                catch_up(trips, pages[one], two)
                continue
            try:
                with transaction.atomic():
                    act(town, trips, name, one, two)
            except Refusal:
                continue
        rows = queries.dress(list(Message.objects.filter(channel=trips)))
        there = {row.pk: state(row) for row in rows}
        for page in pages:
            catch_up(trips, page, 1)
            assert page["has"] == there
        numbers = sorted(row.number for row in rows if row.number)
        assert numbers == list(range(1, chatting.fresh(trips).number + 1))
        transaction.set_rollback(True)
