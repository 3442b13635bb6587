"""Many talk at once while the servers are killed: what each page shows at the end is what was said, each once."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from chat.models import Message
from collab.accounts.models import User
from collab.groups.models import Membership
from tests import live
from tests import town as make
from tests.chat.talker import Talker, seen
from tests.clients.server import Server

LONG = 60_000
SHOWN = """(scope) => [...document.querySelectorAll(scope + ' .message[data-id]')].map((one) => [
  Number(one.dataset.id), Number(one.dataset.clock), (one.querySelector('.message__text')?.textContent ?? '').trim(),
  [...one.querySelectorAll('.reactions > [data-emoji]')].map((chip) => [
    chip.dataset.emoji, chip.dataset.people.split(' ').filter(Boolean).length])])"""


class House:
    """A house of its own, whose servers are killed; the front stays, as it does in life."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack):
        self._folder, self._stack = folder, stack
        self.web = Server(folder / "web", port=live.free_port())
        self.web.start()
        stack.callback(self.web.stop)
        self._port = live.free_port()
        self._open_sockets()
        self.url = stack.enter_context(live.front(self.web.url, f"127.0.0.1:{self._port}", folder))
        self.port = int(self.url.rpartition(":")[2])

    def _open_sockets(self) -> None:
        start = (live.sockets_command(self._port), live.web_environment(), self._folder / "sockets.log", self._port)
        self.sockets = self._stack.enter_context(live.running(*start))

    def kill_sockets(self) -> None:
        self.sockets.kill()
        self.sockets.wait()
        self._open_sockets()

    def kill_web(self) -> None:
        self.web.kill()
        self.web.start()


@contextlib.contextmanager
def house(folder: Path) -> Iterator[House]:
    with contextlib.ExitStack() as stack:
        yield House(folder, stack)


def people(team: Any, count: int) -> list[User]:
    """So many more people of the team."""
    found = [make.make_user(f"talker{number}") for number in range(count)]
    Membership.objects.bulk_create([Membership(group=team, user=one) for one in found])
    return found


def chatter(talker: Talker, count: int, seed: int) -> None:
    """Say so much, a part of it in threads; put signs and change what one said in between."""
    dice, mine = random.Random(seed), []
    for number in range(count):
        roots = [pk for pk in list(talker.shown) if talker.numbers.get(pk)]
        root = dice.choice(roots) if roots and dice.random() < 0.18 else 0
        if dice.random() < 0.1:
            talker.type()
        time.sleep(0.02)  # hands are no faster, and a server that comes up needs its share of the machine
        mine.append((talker.say(f"{talker.user.username} says {number}", root), number))
        if roots and dice.random() < 0.15:
            talker.until_done(f"/chat/message/{dice.choice(roots)}/react/", {"emoji": "👍"})
        if dice.random() < 0.05:
            pk, which = dice.choice(mine)
            talker.until_done(f"/chat/message/{pk}/", {"text": f"{talker.user.username} says {which}, changed"})


def talk(talkers: list[Talker], each: int, between: Callable[[int], bool]) -> None:
    """Let all of them talk; `between(step)` goes on beside them as long as it says so."""

    def run(talker: Talker, number: int) -> None:
        try:
            chatter(talker, each, number)
        except BaseException as error:
            talker.trouble.append(repr(error))

    threads = [threading.Thread(target=run, args=(one, n), daemon=True) for n, one in enumerate(talkers)]
    for thread in threads:
        thread.start()
    step = 0
    while between(step):
        step += 1
    for thread in threads:
        thread.join(600)
    assert not any(thread.is_alive() for thread in threads)
    trouble = [trouble for one in talkers for trouble in one.trouble]
    assert trouble == [], trouble[:5]


def all_sent(page: Any) -> None:
    """Wait until nothing waits on the page any more."""
    expect(page.locator(".is-sending")).to_have_count(0, timeout=LONG)


def truth(channel: int) -> tuple[dict[int, Any], dict[int, Any]]:
    """What the channel itself holds, and its threads, as a page shows it."""
    line, answers = {}, {}
    for row in Message.objects.filter(channel=channel).prefetch_related("reactions").order_by("pk"):
        signs = Counter(one.emoji for one in row.reactions.all())
        state = (row.clock, row.text, tuple(signs.items()))
        if row.number:
            line[row.pk] = state
        if row.root_id is not None:
            answers[row.pk] = state
    return line, answers


def alike(talker: Talker, channel: int) -> None:
    """Wait until the page knows the last moment, then compare it with what is there."""
    line, answers = truth(channel)
    last = max(state[0] for state in [*line.values(), *answers.values()])
    until = time.monotonic() + 60
    while talker.clock < last and time.monotonic() < until:
        time.sleep(0.05)
    how = f"after {talker.breaks} breaks and {talker.resets} times anew"
    assert talker.shown == line, (_unlike(talker.shown, line), how)
    assert talker.answers == answers, (_unlike(talker.answers, answers), how)
    assert [pk for pk in talker.acknowledged.values() if pk not in line | answers] == []


def shows_all(page: Any, channel: int) -> None:
    """The same for a browser, which may have to fetch what was long before."""
    line, _answers = truth(channel)
    expect(page.locator(f"chat-page #m{max(line)}")).to_be_attached(timeout=LONG)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        shown = page.evaluate(SHOWN, "chat-page")
        found = {pk: (clock, text, tuple(map(tuple, signs))) for pk, clock, text, signs in shown}
        if len(shown) == len(found) and found == line:
            break
        if page.locator("chat-page [data-older]").count():  # drawn anew at any time: what was before is above
            page.locator("chat-page .talk").evaluate("(talk) => { talk.scrollTop = 0; }")
        page.wait_for_timeout(200)
    assert len(shown) == len(found), "each stands once"
    order = [pk for pk, *_rest in shown]
    assert (sorted(line.keys() - order), sorted(order - line.keys())) == ([], []), (len(line), len(order))
    assert order == list(line), [pair for pair in zip(order, line, strict=True) if pair[0] != pair[1]][:10]
    assert found == line, _unlike(found, line)


def _unlike(found: dict[int, Any], wanted: dict[int, Any]) -> list[Any]:
    return [
        (pk, found.get(pk), wanted.get(pk)) for pk in found.keys() | wanted.keys() if found.get(pk) != wanted.get(pk)
    ][:5]


__all__ = ["House", "alike", "house", "people", "seen", "shows_all", "talk", "truth"]
