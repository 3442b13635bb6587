"""Unmodified programs for Mattermost before the real server: two drivers, a framework for bots, a sender."""

from __future__ import annotations

import shutil
import subprocess
import time
from urllib.parse import urlsplit

import pytest

from chat.actions import botting, hooking, sitting
from chat.models import Message, Reaction
from tests import town
from tests.chat import chatting
from tests.clients.chat import programs
from tests.clients.chat.programs import BIN, JAVASCRIPT, needed, result, run
from tests.live import make_person

pytestmark = needed


@pytest.fixture
def place(front_url):
    """A space with a channel, its manager, who writes there, and a bot that was let in with its token."""
    alice, _hers = make_person("alice")
    bob, _his = make_person("bob")
    space = town.make_space(alice, "Plans")
    town.share(alice, space, bob, 63)
    trips = chatting.channel(alice, space, "Trips & more")
    sitting.join(town.act(bob), trips)
    bot = botting.make(town.act(alice), "Robot", space=space)
    botting.let_in(town.act(alice), bot, chatting.fresh(trips))
    token = botting.give_token(town.act(alice), bot, "x", scopes=["chat"], days=30)[1]
    where = urlsplit(front_url)
    return alice, space, trips, token, where


def test_mattermostdriver_by_password_and_by_token(place, tmp_path):
    _alice, space, trips, _token, where = place
    file = tmp_path / "plan.txt"
    file.write_text("by bike")
    script = tmp_path / "driver.py"
    script.write_text(programs.DRIVER)
    address = [where.hostname, where.port, "bob", "bob-password", space.slug, "trips-more", file]
    found = result(run([BIN / "python", script, *address], home=tmp_path))
    told = found["told"]
    assert (told["user"], told["file"]) == ("bob", "by bike")
    assert found["heard"][0] == "hello"
    assert {"posted", "reaction_added", "post_edited", "post_deleted"} <= set(found["heard"])
    assert told["history"]["posts"][told["post"]]["message"] == "By the **driver**"
    assert told["thread"] == [told["post"]]
    assert told["search"][0]["username"] == "alice"
    assert told["stats"]["member_count"] == 3
    message = Message.objects.get(channel=trips, root=None)
    assert (message.author.username, len(message.facts["files"])) == ("bob", 1)
    assert Reaction.objects.get().message == message


@pytest.mark.skipif(not JAVASCRIPT.exists() or not shutil.which("node"), reason="npm or node is not installed")
def test_mattermost_client_in_javascript(place, tmp_path):
    _alice, space, trips, token, where = place
    script = tmp_path / "client.js"
    script.write_text(programs.CLIENT)
    address = [where.geturl(), "-", token, space.slug, "trips-more"]
    found = result(run(["node", "--experimental-websocket", script, JAVASCRIPT, *address], home=tmp_path))
    told = found["told"]
    assert (told["user"], told["channel"], told["once"], told["thread"]) == ("robot", "Trips & more", True, 2)
    assert found["heard"][:2] == ["hello", "posted"]
    assert found["heard"].count("posted") == 2
    assert "By **client**" in told["history"]
    assert told["refused"] == [400, "string"]
    assert Message.objects.filter(channel=trips).count() == 2


def test_apprise_by_hook_and_as_a_bot(place, tmp_path):
    alice, space, trips, token, where = place
    _hook, secret = hooking.make(town.act(alice), chatting.fresh(trips), "Apprise")
    hook = f"mmost://{where.netloc}/{secret}?cto=30&rto=30"
    bot = f"mmost://{where.netloc}/{token}?team={space.slug}&channel=%23trips-more&cto=30&rto=30"
    for number, address in enumerate((hook, bot)):
        said = run([BIN / "apprise", "-vv", "-t", "Backup", "-b", f"done {number}", address], home=tmp_path)
        assert "Sent Mattermost" in said, said
    by_hook, by_bot = Message.objects.filter(channel=trips).order_by("pk")
    assert "done 0" in by_hook.text
    assert "done 1" in by_bot.text
    assert by_hook.facts["program"] == "Apprise"
    assert by_bot.author.is_bot


def test_mmpy_bot_answers_whoever_names_it(place, tmp_path):
    alice, space, trips, token, where = place
    script = tmp_path / "robot.py"
    script.write_text(programs.ROBOT)
    log = tmp_path / "robot.log"
    command = [str(BIN / "python"), str(script), str(where.hostname), str(where.port), token, space.slug]
    with log.open("wb") as output:
        robot = subprocess.Popen(
            command, env=programs.environment(tmp_path), cwd=tmp_path, stdout=output, stderr=output
        )
    try:
        said = _until(log, "Websocket authentification OK", robot)
        chatting.say(alice, trips, "@robot hello_channel")
        until = time.monotonic() + 30
        while not Message.objects.filter(channel=trips, text="hello channel!", author__is_bot=True).exists():
            assert time.monotonic() < until, log.read_text()[-3000:]
            time.sleep(0.1)
        assert "Traceback" not in said
    finally:
        robot.terminate()
        robot.wait(20)


def _until(log, words, process):
    until = time.monotonic() + 30
    while words.lower() not in (said := log.read_text()).lower():
        assert time.monotonic() < until, said[-3000:]
        assert process.poll() is None, said[-3000:]
        time.sleep(0.1)
    return said
