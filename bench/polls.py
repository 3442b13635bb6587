"""How long the page of a large poll takes, and how many votes a second it takes in, several people at once."""

from __future__ import annotations

import json
import multiprocessing
import time
from typing import Any

from bench.rights import best

OPTIONS, VOTERS = 60, 500
WORKERS, VOTES = 2, 800
"""Processes, as a house has them: two answer at once, each vote waits for the lock of the one before."""


def polls() -> str:
    """Fill a poll, measure, and return {"page": [milliseconds, of them CPU here], "votes": a second}; nothing stays."""
    from django.db import connection

    person, poll = _fill()
    try:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE polls_participant, polls_option, polls_poll")
        taken, worked = _page(person, poll)
        return json.dumps({"page": [taken, worked], "votes": _votes(poll)})
    finally:
        from polls.actions import ending

        ending.erase([poll.pk])


def _fill() -> tuple[Any, Any]:
    from django.utils import timezone

    from collab.accounts.models import User
    from collab.rights.actor import Actor
    from collab.spaces import actions as spaces
    from polls.actions import making
    from polls.models import Participant

    person = User.objects.get(username="bench")
    wanted = [making.Wanted(text=f"Option {number}") for number in range(OPTIONS)]
    space = spaces.create_for(person, "Polls")
    fields = {"title": "A large poll", "method": "maybe", "limit": 10_000}
    poll = making.make(Actor.of(person), space, "choice", fields, wanted, public=True)
    ids = [str(pk) for pk in poll.options.values_list("pk", flat=True)]
    now = timezone.now()
    Participant.objects.bulk_create(
        Participant(
            poll=poll, name=f"Person {number}", answered_at=now,
            answers={pk: "ymn"[(number * 7 + place) % 3] for place, pk in enumerate(ids)},
        )
        for number in range(VOTERS)
    )  # fmt: skip
    return person, poll


def _page(person: Any, poll: Any) -> tuple[float, float]:
    from django.test import Client

    browser = Client(HTTP_HOST="localhost")
    browser.force_login(person)

    def page() -> None:
        answer = browser.get(f"/polls/{poll.pk}/")
        assert answer.status_code == 200, answer.status_code
        assert answer.content.count(b'class="vote"') == OPTIONS

    return best(page, 10)


def _votes(poll: Any) -> float:
    """Let visitors answer at once, each for the first time; return how many a second."""
    work = multiprocessing.get_context("spawn")  # a fork would have a pool of connections whose threads are not there
    begin = work.Barrier(WORKERS + 1)
    workers = [work.Process(target=_vote, args=(poll.pk, number, begin)) for number in range(WORKERS)]
    for worker in workers:
        worker.start()
    begin.wait(60)
    start = time.perf_counter()
    for worker in workers:
        worker.join()
    taken = time.perf_counter() - start
    assert poll.participants.count() == VOTERS + VOTES
    return VOTES / taken


def _vote(poll_id: int, worker: int, begin: Any) -> None:
    import django

    django.setup()
    from collab.rights.actor import Actor
    from collab.rights.models import Link
    from polls.actions import answering
    from polls.models import Option, Poll

    link = Link.objects.select_related("principal").get(kind="poll", object_id=poll_id)
    ids = [str(pk) for pk in Option.objects.filter(poll=poll_id).values_list("pk", flat=True)]
    begin.wait(60)
    for number in range(VOTES // WORKERS):
        poll = Poll.objects.select_related("acl", "space").get(pk=poll_id)
        given = {pk: "ymn"[(number + place) % 3] for place, pk in enumerate(ids)}
        visitor = Actor.nobody().with_links([link])
        answering.answer(visitor, poll, None, given, name=f"Voter {worker}/{number}", link=link)
