"""How the log is read in a house that has lived: by the index of a space's numbers, never all that it ever wrote."""

import pytest
from django.db import connection

from collab.activity import reading, stream
from collab.activity.scope import Scope
from collab.spaces import actions as spaces
from tests import town as make
from tests.plans import nodes, plan

pytestmark = pytest.mark.django_db

SPACES, CHANGES = 12, 2_000


def test_of_many_spaces_the_newest_rows_are_read_and_no_others(alice, root, monkeypatch):
    rooms = [spaces.create_for(alice, f"Room {number}") for number in range(SPACES)]
    node = make.make_file(alice, root, "a.txt")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_change (space_id, seq, kind, ref_kind, ref_id, actor_id, at)"
            " SELECT s, 1000 + g, 'edit', 'node', %s, %s, now() FROM unnest(%s::bigint[]) s, generate_series(1, %s) g",
            [node.pk, alice.pk, [one.pk for one in rooms], CHANGES],
        )
        cursor.execute("ANALYZE events_change")
    asked = []

    def ask(text, values):
        asked.append(text)
        return found(text, values)

    found = reading.ask
    monkeypatch.setattr(reading, "ask", ask)
    stream.page(make.act(alice), Scope())
    log = [one for one in nodes(plan(asked[0], "bitmapscan")) if one.get("Relation Name") == "events_change"]
    assert [one["Index Name"] for one in log if "space_id" in one["Index Cond"]] == ["events_change_space"]
