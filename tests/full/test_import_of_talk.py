"""A hundred thousand messages of a Mattermost brought over: their time is printed, and bounded."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from chat import queries, reading
from chat.actions import importing, staging
from chat.models import Channel, Import, ImportPost, Message
from chat.moving import opening
from collab.accounts.models import Rank
from tests import town as make
from tests.chat import exports

pytestmark = [pytest.mark.full, pytest.mark.django_db]
POSTS, CHANNELS, PEOPLE = 100_000, 20, 200


def things() -> Iterator[dict[str, Any]]:
    """A club of two hundred people, half of whom have an account here; one message in five answers another."""
    yield {"type": "version", "version": 1}
    yield {"type": "team", "team": {"name": "club", "display_name": "The club"}}
    names = [f"c{number}" for number in range(CHANNELS)]
    for name in names:
        yield {"type": "channel", "channel": {"team": "club", "name": name, "display_name": name, "type": "O"}}
    for number in range(PEOPLE):
        yield exports.member(f"p{number}", f"p{number}@example.org", channels=tuple(names))
    for number in range(POSTS * 4 // 5):
        replies = [exports.reply(f"p{number % 7}", f"answer {number}", number + 1)] if number % 4 == 0 else []
        yield exports.post(
            f"p{number % PEOPLE}", f"Message **{number}** of @p{number % 11}, about the tournament of June", number,
            f"c{number * 7919 % CHANNELS}", replies=replies,
            reactions=[{"user": "p1", "emoji_name": "+1"}] if number % 10 == 0 else None,
        )  # fmt: skip


def test_a_hundred_thousand_messages_come_over_once(town, capsys):
    root = make.make_user("root", Rank.OWNER)
    for number in range(0, PEOPLE, 2):
        make.make_user(f"p{number}", email=f"p{number}@example.org")
    content = exports.zipped({"import.jsonl": exports.lines(*things())})
    figures = []
    for _time in range(2):
        one = Import.objects.create(person=root, name="city.zip")
        source = opening.opened(io.BytesIO(content))
        began = time.perf_counter()
        staging.Staging(one, source).read()
        read = time.perf_counter() - began
        Import.objects.filter(pk=one.pk).update(begun_at=timezone.now())
        began = time.perf_counter()
        assert importing.bring(one, source, lambda done, total, message: None)
        figures.append((read, time.perf_counter() - began))
        one.refresh_from_db()
    assert (one.taken, one.present) == (0, POSTS)
    assert Message.objects.count() == POSTS
    assert not ImportPost.objects.exists()
    channel = Channel.objects.get(title="c0")
    person = make.make_user("late")
    make.share(root, channel.space, person, 1)
    page = reading.page(queries.mine(make.act(person), channel.pk)).rows
    assert [row.at for row in page] == sorted(row.at for row in page)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM chat_channel WHERE number <> (SELECT count(*) FROM chat_message m"
                       " WHERE m.channel_id = chat_channel.id AND m.number > 0)")  # fmt: skip
        assert cursor.fetchone() == (0,)
    with capsys.disabled():
        for name, (read, came) in zip(("first", "again"), figures, strict=True):
            rate = f"{POSTS / (read + came):.0f} a second"
            print(f"\n100,000 messages, {name}: read in {read:.1f} s, brought in {came:.1f} s, {rate}")
    assert sum(figures[0]) < 1200
