"""A channel of 200,000 messages taken out: all of them, in little memory, in a time that is printed."""

from __future__ import annotations

import json
import resource
import time
import zipfile
from pathlib import Path

import pytest
from django.db import connection

from chat import packing, queries
from chat.models import Channel
from collab.mydata import archive
from tests import town as make
from tests.chat import chatting

pytestmark = [pytest.mark.full, pytest.mark.django_db]
MESSAGES, GROWTH = 200_000, 120 * 1024
_SAY = """INSERT INTO chat_message (channel_id, root_id, kind, number, clock, author_id, name, key, text, html,
  words, facts, people, listeners, answered, at)
 SELECT %s, NULL, 'said', n, n, %s, '', '', 'Message no. ' || n || ' on the tournament', '<p>No. ' || n || '</p>',
  '', '{}', '{}', '{}', 0, now() - interval '1 year' + n * interval '1 minute' FROM generate_series(1, %s) n"""
_ANSWER = """INSERT INTO chat_message (channel_id, root_id, kind, number, clock, author_id, name, key, text, html,
  words, facts, people, listeners, answered, at)
 SELECT channel_id, id, 'said', 0, clock, author_id, '', '', 'Answer', '<p>Answer</p>', '', '{}', '{}', '{}', 0, at
 FROM chat_message WHERE channel_id = %s AND number %% 4 = 0"""


def test_a_long_channel_leaves_in_pieces(town, tmp_path: Path, capsys) -> None:
    trips = chatting.channel(town.alice, town.space)
    said = MESSAGES * 4 // 5
    with connection.cursor() as cursor:
        cursor.execute(_SAY, [trips.pk, town.alice.pk, said])
        cursor.execute(_ANSWER, [trips.pk])
    Channel.objects.filter(pk=trips.pk).update(number=said, clock=said)
    actor = make.act(town.alice)
    one = queries.mine(actor, trips.pk)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    with archive.Archive(tmp_path / "out.zip") as packed:
        count = packing.Pack(actor, one, packed.section("Trips")).write()
    took, grown = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert count == MESSAGES
    assert grown < GROWTH
    with zipfile.ZipFile(tmp_path / "out.zip") as made:
        names = [name for name in made.namelist() if name.startswith("Trips/messages/")]
        ids = [message["id"] for name in names for message in json.loads(made.read(name))]
    assert len(ids) == len(set(ids)) == MESSAGES
    size = (tmp_path / "out.zip").stat().st_size / 10**6
    with capsys.disabled():
        print(
            f"\n{MESSAGES:,} messages in {took:.1f} s ({MESSAGES / took:.0f} a second), {size:.0f} MB, {grown} KB more"
        )
