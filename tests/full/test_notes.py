"""Ten thousand notes under co-editing, devices and saving in any order; and two servers killed again and again."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect

from files.actions import drafting, saving
from files.models import Draft
from files.together import wire
from files.together.paper import Paper
from tests import live, town
from tests.conftest import build_town
from tests.together.test_pages import enter, holds, opened, says  # noqa: F401 - a fixture among them

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]

NOTES = int(os.environ.get("COLLAB_NOTES", "10000"))
ROUNDS = int(os.environ.get("COLLAB_ROUNDS", "20"))
WORDS = ["tea ", "été\n", "🦊", "- [ ] do\n", "\n", "a much longer line of words\n", "# ", "x"]
SAVER = "import django; django.setup()\nfrom files.actions import saving\nwhile True: saving.flush({pk})"
LONG = 60_000


class Page:
    """What one person's page holds, and what of it the server has not heard."""

    def __init__(self, person, node, draft):
        self.actor, self.node, self.epoch = town.act(person), node, draft.epoch
        self.paper = Paper([bytes(draft.state)])

    def type(self, dice):
        text = self.paper.text
        at = dice.randrange(len(text) + 1)
        gone = dice.choice([0, 0, 0, 1, 5])
        self.paper.rewrite(text[:at] + dice.choice(WORDS) * dice.choice([1, 1, 2]) + text[at + gone :])

    def meet(self):
        """Send what the server lacks, after judging it as its socket does, and take what others wrote."""
        _draft, server = drafting.read(self.node.pk)
        update = self.paper.since(server.vector)
        wire.check(update, server.clocks)
        drafting.append(self.actor, self.node.pk, self.epoch, update)
        self.paper.take(drafting.read(self.node.pk)[1].state)


def test_notes_under_fuzz(transactional_db, store, capsys):
    there = build_town()
    folder, started = None, time.monotonic()
    for number in range(NOTES):
        dice = random.Random(number)
        if number % 500 == 0:
            with capsys.disabled():
                print(f"\n{number} of {NOTES} notes after {time.monotonic() - started:.0f} s", end="")
            folder = town.make_folder(there.alice, there.root, f"Notes {number}")
        ends = dice.choice(["\n", "\n", "\r\n"])
        node = town.make_file(there.alice, folder, f"{number}.md", f"# Note {number}{ends}".encode())
        draft = drafting.begin(town.act(there.alice), node.pk)
        pages = [Page(person, node, draft) for person in (there.alice, there.bob)]
        for _step in range(dice.randrange(3, 12)):
            what = dice.random()
            if what < 0.55:
                dice.choice(pages).type(dice)
            elif what < 0.85:
                dice.choice(pages).meet()
            elif what < 0.95:
                saving.save(node.pk)
            else:
                town.write(there.alice, folder, node.name, town.read(node) + f"device{ends}".encode())
        for page in [*pages, *pages]:
            drafting.absorb(node.pk)
            page.meet()
        saving.save(node.pk)
        text = drafting.read(node.pk)[1].text
        assert [page.paper.text for page in pages] == [text, text], number
        assert town.read(node).decode() == text.replace("\n", ends), number
    spent = time.monotonic() - started
    print(f"\n{NOTES} notes, {spent / NOTES * 1000:.0f} ms each")
    assert not Draft.objects.exclude(problem="").exists()
    assert town.is_clean()


def test_two_servers_killed_again_and_again(enter, live_url, tmp_path, store):  # noqa: F811
    there = build_town()
    note = town.make_file(there.alice, there.root, "note.md", b"begun\n")
    dice, typed = random.Random(1), []
    ports = [live.free_port(), live.free_port()]
    starts = [
        (live.sockets_command(port), live.web_environment(), tmp_path / f"sockets-{port}.log", port) for port in ports
    ]
    with contextlib.ExitStack() as stack:
        urls = []
        for port in ports:
            home = tmp_path / str(port)
            home.mkdir()
            urls.append(stack.enter_context(live.front(live_url, f"127.0.0.1:{port}", home)))
        servers = [stack.enter_context(live.running(*start)) for start in starts]
        people = zip((there.alice, there.bob), urls, strict=True)
        pages = [opened(enter(person, f"/files/edit/{note.pk}/", base_url=url)) for person, url in people]
        for number in range(ROUNDS):
            saver = subprocess.Popen([sys.executable, "-c", SAVER.format(pk=note.pk)], env=live.web_environment())
            for page in pages:
                word = f"w{len(typed)}w"
                typed.append(word)
                page.locator(".cm-content").press("Control+End" if dice.random() < 0.5 else "Control+Home")
                page.keyboard.type(f"{word} ")
            victim = dice.randrange(2)
            time.sleep(dice.random())  # the moment of the blow is the point
            servers[victim].kill()
            saver.kill()
            servers[victim].wait()
            saver.wait()
            servers[victim] = stack.enter_context(live.running(*starts[victim]))
            if number % 3 == 2:
                for page in pages:
                    says(page, "Saved")
                    holds(page, *typed)
        for page in pages:
            says(page, "Saved")
            holds(page, *typed)
    town.age(Draft.objects, "used_at", 0.01)
    saving.sweep()
    text = town.read(note).decode()
    assert {word: text.count(word) for word in typed} == dict.fromkeys(typed, 1)
    shown = [page.evaluate("document.querySelector('.cm-content').innerText") for page in pages]
    assert all(word in one for word in typed for one in shown)
    assert town.is_clean(deep=True)
    expect(pages[0].locator(".cm-content")).to_contain_text(typed[-1], timeout=LONG)
