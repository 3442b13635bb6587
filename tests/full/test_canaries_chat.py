"""Five thousand questions about channels by people who may not know: no page, socket, search, export or mail tells.

Each word of what is private is a canary; some who ask never had the right, some had it and lost it, one came later.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone

from chat import queries
from chat.actions import channels, hooking, posting, sitting
from chat.models import Follow, Message, Seat
from collab.accounts.models import User
from collab.events import readers
from collab.notifications import digests, letters, pushing
from collab.notifications.models import Digest, Notification
from collab.registry import registry
from collab.rights import actions as rights
from collab.rights.models import Grant
from collab.rights.right import CONTRIBUTOR, EDITOR, MANAGER
from tests import town as make
from tests.accounts.people import basic
from tests.api.program import Program
from tests.chat import chatting
from tests.dav.client import give_password
from tests.files.web import HTMX, JSON, signed_in
from tests.full.test_canaries import Answer, Cage, whole
from tests.sockets.conftest import do, opened, play
from tests.sockets.test_chat import looks

__all__ = ["play"]
pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]

FEWEST = 5000
THREADS = 5


@pytest.fixture
def cage() -> Cage:
    return Cage()


@pytest.fixture
def house(transactional_db: Any, store: Any, cage: Cage, settings: Any, monkeypatch: Any) -> Any:
    """Alice's private channels and conversations. Dan was in all of them; bob reads the space; zoe came later."""
    settings.MAIL_URL = "smtp://mail.example.org"
    monkeypatch.setattr(posting, "MOST_AT_ONCE", 10_000)
    monkeypatch.setattr(digests, "_queue", lambda pk: None)
    monkeypatch.setattr(pushing, "_queue", lambda person: None)
    ranks = {"bob": "member", "eve": "member", "gus": "guest", "dan": "member", "zoe": "member", "otto": "owner"}
    people = {
        name: make.make_user(name, rank, language="en", email=f"{name}@example.org") for name, rank in ranks.items()
    }
    alice, carl = make.make_user("alice"), make.make_user("carl")
    plans = make.make_space(alice, "Plans")
    for name in ("bob", "dan", "zoe"):
        make.share(alice, plans, people[name], EDITOR.mask)
    make.share(alice, plans, carl, MANAGER.mask)
    dan, zoe = people["dan"], people["zoe"]
    there: list[Any] = []
    said: list[Any] = []

    def fill(channel: Any, *seen_by: str, dan_too: bool = True) -> None:
        there.append(channel)
        for number in range(THREADS):
            word = cage.canary(*seen_by)
            root = chatting.say(alice, channel, f"{word} @dan" if dan_too and number % 2 else word)
            said.append(root)
            said.append(chatting.say(alice, channel, cage.canary(*seen_by), root=root.pk))
            if dan_too:  # he takes part, so that he is told
                said.append(chatting.say(dan, channel, cage.canary(*seen_by, "dan"), root=root.pk))
        message, one = queries.found(make.act(alice), root.pk)
        posting.edit(make.act(alice), message, cage.canary(*seen_by))
        posting.pin(make.act(alice), message, on=True)
        sitting.react(make.act(alice), message, "👍", on=True)
        sitting.prefer(make.act(alice), one.channel, draft=cage.canary())
        if dan_too:
            sitting.prefer(make.act(dan), one.channel, level=Seat.Level.ALL)

    for _number in range(2):
        closed = channels.make(make.act(alice), plans, cage.canary(), purpose=cage.canary(), closed=True)
        for one in (dan, carl):
            rights.share(make.act(alice), closed, one.principal, CONTRIBUTOR.mask)
        fill(closed)
        hooking.make(make.act(alice), chatting.fresh(closed), cage.canary())
    fill(channels.direct(make.act(alice), carl), dan_too=False)
    fill(channels.group(make.act(alice), [carl, dan]))
    # one channel of all, of which zoe reads what was said since she came, and a gone and an archived one
    opened_to_all = chatting.channel(alice, plans, "Everybody")
    fill(opened_to_all, "bob", "dan")
    came = chatting.say(alice, opened_to_all, "Welcome")
    Seat.objects.update_or_create(
        channel=opened_to_all, user=zoe, defaults={"since": came.pk, "read": came.number, "left_at": None}
    )
    Follow.objects.get_or_create(root=said[-3], user=zoe)
    gone = channels.make(make.act(alice), plans, cage.canary(), closed=True)
    fill(gone, dan_too=False)
    channels.throw_away(make.act(alice), chatting.fresh(gone))
    readers.catch_up()
    for channel in there:  # he had it all, and was told; from now on he has nothing
        if channel.pk != opened_to_all.pk:
            Grant.objects.filter(acl=chatting.fresh(channel).acl, principal=dan.principal).delete()
    return SimpleNamespace(people=people, alice=alice, plans=plans, there=there, said=said, cage=cage)


def by_page(house: Any, browser: Browser) -> Iterator[Callable[[], Answer]]:
    def get(url: str, **more: Any) -> Callable[[], Answer]:
        return lambda: whole(browser.get(url, **more))

    def post(url: str, **fields: Any) -> Callable[[], Answer]:
        return lambda: whole(browser.post(url, fields, **JSON))

    for url in (
        "/", "/chat/", "/chat/column/", "/chat/new/", "/chat/write/", "/chat/write/?q=kanari", "/chat/threads/",
        "/chat/inbox/", "/chat/switch/", "/chat/switch/?q=kanari",
        "/chat/@plans/", "/chat/@plans/?state=archived", "/search/?q=kanari", "/search/box/?q=kanari", "/activity/",
        "/notifications/", "/notifications/?show=all", f"/spaces/{house.plans.pk}/",
        f"/spaces/{house.plans.pk}/activity/", "/settings/data/", "/administration/spaces/", "/trash/",
        *(f"/chat/search/?q={words}" for words in (
            "kanari", "kan", "in:kanari", "from:alice", "from:dan", "is:pinned", "is:thread", "is:edited", "has:sign",
            "has:link", "after:2020-01-01", "before:2050-01-01", "kanari%20-x",
        )),
    ):  # fmt: skip
        yield get(url)
        yield get(url, **HTMX)
    for channel in house.there:
        pk = channel.pk
        for url in (
            f"/chat/{pk}/", f"/chat/{pk}/settings/", f"/chat/{pk}/people/?q=a", f"/chat/{pk}/pinned/",
            f"/chat/{pk}/programs/", f"/share/channel/{pk}/", f"/share/channel/{pk}/people/?q=k",
            f"/chat/write/?to={pk}",
            f"/chat/column/?current={pk}", f"/chat/{pk}/export/", f"/chat/{pk}/seen/", f"/chat/{pk}/files/",
        ):  # fmt: skip
            yield get(url)
            yield get(url, **HTMX)
        for verb in ("join", "leave", "star", "level", "draft", "archive", "unarchive", "trash", "restore", "receipts"):
            yield post(f"/chat/{pk}/{verb}/", text="x", level="all")
        yield post(f"/chat/{pk}/say/", text="Hello")
        yield post(f"/chat/{pk}/read/", number=1)
        yield post(f"/chat/{pk}/settings/", title="Other")
        yield post(f"/share/channel/{pk}/", who="eve", role="reader")
    for message in house.said:
        pk, channel_pk = message.pk, message.channel_id
        for url in (
            f"/chat/message/{pk}/", f"/chat/message/{pk}/?edit", f"/chat/message/{pk}/source/",
            f"/chat/message/{pk}/files/", f"/chat/{channel_pk}/?at={pk}", f"/chat/{channel_pk}/?thread={pk}",
        ):  # fmt: skip
            yield get(url)
        yield get(f"/chat/{channel_pk}/?thread={pk}", **HTMX)
        yield get(f"/chat/message/{pk}/", follow=True)
        yield post(f"/chat/message/{pk}/react/", emoji="👍")
        if pk % 4 == 0:
            for verb in ("pin", "unpin", "take-back", "unread", "follow", "unfollow", "save"):
                yield post(f"/chat/message/{pk}/{verb}/")
            yield post(f"/chat/{channel_pk}/say/", text="Me too", root=pk)
            yield post(f"/chat/message/{pk}/", text="Other words")


def by_program(house: Any, program: Program) -> Iterator[Callable[[], Answer]]:
    def ask(method: str, path: str, sent: Any = None) -> Callable[[], Answer]:
        def call() -> Answer:
            program(method, path, sent)
            return whole(program.last)

        return call

    yield ask("GET", f"spaces/{house.plans.pk}/changes")
    for channel in house.there:
        for kind in ("shares", "links", "comments", "labels"):
            yield ask("GET", f"{kind}/channel/{channel.pk}")
        yield ask("PUT", f"favourites/channel/{channel.pk}")
    yield ask("GET", "favourites")


def by_dialog(house: Any, dialog: Browser) -> Iterator[Callable[[], Answer]]:
    for path in ("notifications/api/v2/notifications", "activity/api/v2/activity", "files_sharing/api/v1/shares"):
        yield lambda path=path: whole(dialog.get(f"/ocs/v2.php/apps/{path}?format=json"))
    for words in ("kanari", "kan"):
        yield lambda words=words: whole(
            dialog.get(f"/ocs/v2.php/search/providers/chat/search?term={words}&format=json")
        )


def test_no_door_tells_a_word_of_what_is_private(house: Any, play: Any) -> None:
    counted, leaks = Counter[str](), []

    def judge(who: str, door: str, told: bytes, status: int = 200) -> None:
        counted[door] += 1
        counted[f"answered {status // 100}xx"] += 1
        if status >= 500:
            leaks.append((who, door, status, told[-300:]))
        if found := house.cage.leaks(who, told):
            at = told.find(found[0].encode())
            leaks.append((who, door, found, told[max(0, at - 300) : at + 60]))

    def probe(who: str, door: str, questions: Iterator[Callable[[], Answer]]) -> None:
        for question in questions:
            with transaction.atomic():
                status, everything = question()
                transaction.set_rollback(True)
            judge(who, door, everything, status)

    for who, user in house.people.items():
        secret = give_password(user)
        probe(who, "web", by_page(house, signed_in(user)))
        probe(who, "rest", by_program(house, Program(token=secret)))
        probe(who, "ocs", by_dialog(house, Browser(**basic(who, secret))))
        judge(who, "notices", notices(user))
        judge(who, "mail", letter(user))
        if who != "dan":  # what one wrote oneself one takes along
            judge(who, "export", exported(user))
    probe("nobody", "web", by_page(house, Browser(HTTP_ACCEPT_LANGUAGE="en")))
    play(listen(house, judge))
    doors = ("web", "rest", "ocs", "notices", "mail", "export", "socket")
    probes = sum(counted[door] for door in doors)
    print(f"\n{probes} probes, {len(house.cage.seen_by)} canaries, {len(leaks)} leaks; {dict(counted)}")
    assert leaks == []
    assert probes >= FEWEST
    assert counted["answered 2xx"] > 300, "somebody must have been let in somewhere"
    assert b"kanari" in letter(house.alice) or Message.objects.exists(), "there was something to tell"


async def listen(house: Any, judge: Callable[..., None]) -> None:
    """Each looks at each channel while something is said there, and asks to hear of each by name."""
    for who, user in house.people.items():
        for channel in house.there:
            async with looks(user, channel.pk) as page:
                heard = [page.first]
                if page.first == {"ready": True}:
                    await do(chatting.say, house.alice, channel, house.cage.canary("bob", "dan", "zoe"))
                    while not any("messages" in frame or "reset" in frame or "close" in frame for frame in heard):
                        heard.append(await page.hear())
                judge(who, "socket", json.dumps(heard, ensure_ascii=False).encode())
        cookie = (await do(signed_in, user)).cookies["sessionid"].value
        async with opened(f"sessionid={cookie}".encode()) as page:
            for channel in house.there:
                answer = await page.join(**{f"talk_{channel.pk}": 0, f"channel_{channel.pk}": 0})
                judge(who, "socket", json.dumps(answer).encode())


def notices(user: User) -> bytes:
    """What the bell and the devices say to this person."""
    told = [pushing.compose(user, row) or b"" for row in Notification.objects.filter(person=user)]
    return b"\n".join(told)


def letter(user: User) -> bytes:
    """The mail about all that was ever to be told to this person."""
    rows = [[row.pk, row.count] for row in Notification.objects.filter(person=user)]
    now = timezone.now()
    made = letters.compose(Digest(person=user, rows=rows, at=now, created_at=now))
    mail.outbox.clear()
    return f"{made.subject}\n{made.text}\n{made.html}".encode() if made is not None else b""


class Into:
    """Takes what apps export, all of it as one text."""

    def __init__(self) -> None:
        self.all: list[bytes] = []

    def json(self, name: str, what: Any, about: Any = "") -> None:
        self.all.append(json.dumps([name, what], default=str, ensure_ascii=False).encode())

    def write(self, name: str, content: bytes, about: Any = "") -> None:
        self.all.append(content)

    def __getattr__(self, name: str) -> Any:
        return lambda *words, **more: self.all.append(repr((words, more)).encode())


def exported(user: User) -> bytes:
    into = Into()
    for plugin in registry.plugins():
        if plugin.slug in {"chat", "notifications", "activity"} and plugin.people and plugin.people.export:
            plugin.people.export(user, into)
    return b"\n".join(into.all)
