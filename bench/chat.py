"""How long a channel of a million messages takes to open and to be searched, and how fast things are said in it."""

from __future__ import annotations

import json
import time
from typing import Any

from bench.rights import best

MESSAGES = 1_000_000
PEOPLE = 50
SAID = 200
TARGETS = {"open": 80.0, "older": 80.0, "search, a rare word": 300.0, "search, a common word": 300.0}
"""{what: milliseconds wanted}."""


def chat() -> str:
    """Fill a channel, measure, and return {what: [milliseconds, of them CPU here], "said": a second}."""
    person, channel = _fill()
    found: dict[str, Any] = {
        "open": _page(person, f"/chat/{channel.pk}/"),
        "older": _page(person, f"/chat/{channel.pk}/?before={_middle(channel)}"),
        "search, a rare word": _page(person, f'/chat/search/?q=in:"{channel.title}" needle777'),
        "search, a common word": _page(person, f'/chat/search/?q=in:"{channel.title}" tournament'),
    }
    found["said"] = _say(person, channel)
    return json.dumps(found)


def _fill() -> tuple[Any, Any]:
    from django.db import connection

    from chat.actions import channels
    from collab.accounts.models import User
    from collab.rights.actor import Actor
    from collab.spaces import actions as spaces

    person = User.objects.get(username="bench")
    space = spaces.create_for(person, "Talk")
    channel = channels.make(Actor.of(person), space, "A long history")
    people = [User.objects.create_user(f"talker{number}").pk for number in range(PEOPLE)]
    with connection.cursor() as cursor:
        cursor.execute(_MESSAGES, [channel.pk, people, PEOPLE, MESSAGES])
        cursor.execute(
            "UPDATE chat_channel SET clock = %s, number = %s, last_at = now() WHERE id = %s",
            [MESSAGES, MESSAGES, channel.pk],
        )
        cursor.execute("VACUUM ANALYZE chat_message")
    return person, channel


_MESSAGES = """INSERT INTO chat_message (channel_id, kind, number, clock, author_id, name, key, text, html, words,
  facts, people, listeners, answered, at)
 SELECT %s, 'said', n, n, (%s::bigint[])[1 + n %% %s], '', '', t, '<p>' || t || '</p>', t, '{}', '{}', '{}', 0,
  now() - (1000000 - n) * interval '30 seconds'
 FROM generate_series(1, %s) n, LATERAL (SELECT 'message ' || n || CASE WHEN n %% 10 = 0 THEN ' about the tournament'
  ELSE ' and what was said of it' END || CASE WHEN n %% 5000 = 777 THEN ' needle' || n %% 10000 ELSE '' END AS t) w"""


def _middle(channel: Any) -> int:
    from chat.models import Message

    return Message.objects.filter(channel=channel, number=MESSAGES // 2).values_list("pk", flat=True)[0]


def _page(person: Any, address: str) -> tuple[float, float]:
    from django.test import Client

    browser = Client(HTTP_HOST="localhost")
    browser.force_login(person)

    def page() -> None:
        answer = browser.get(address)
        assert answer.status_code == 200, answer.status_code
        assert b'class="message' in answer.content

    return best(page, 10)


def _say(person: Any, channel: Any) -> float:
    from chat.actions import posting
    from collab.rights.actor import Actor

    posting.MOST_AT_ONCE = 10 * SAID  # one person says in seconds what a house says in minutes
    begin = time.perf_counter()
    for number in range(SAID):
        posting.say_once(Actor.of(person), channel, f"Said {number}", key=f"bench-key-{number}")
    return SAID / (time.perf_counter() - begin)
