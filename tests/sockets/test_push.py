"""notify_push: a device hears at once that there is something to ask for, and only of what its person may see."""

import asyncio
import contextlib
import json
from unittest import mock

import pytest
from asgiref.testing import ApplicationCommunicator
from django.test import Client

from collab.accounts import passes
from collab.accounts.actions import devices, passwords, people
from collab.accounts.models import AppPassword
from collab.asgi import application
from collab.events import readers, relay
from collab.groups import actions as groups
from collab.live import push, strangers
from collab.live import socket as door
from collab.live.crowd import Crowd
from collab.marks.actions import commenting
from collab.registry import house
from collab.rights.right import READER, Right
from tests import town as make
from tests.accounts.people import PASSWORD, basic
from tests.dav.client import give_password
from tests.sockets.conftest import PATIENCE, do
from tests.sockets.test_socket import there  # noqa: F401 - fixture

pytestmark = pytest.mark.django_db(transaction=True)
BYE = {push.SIGNED_OUT, push.TOO_MUCH, push.AWAY}


class Device:
    """A client's end of the websocket."""

    def __init__(self, wire):
        self.wire = wire

    async def send(self, *frames):
        for frame in frames:
            await self.wire.send_input({"type": "websocket.receive", "text": frame})

    async def hear(self):
        """Return the next frame, or the code with which it was closed."""
        answer = await self.wire.receive_output(PATIENCE)
        return answer["code"] if answer["type"] == "websocket.close" else answer["text"]

    async def rest(self, user):
        """Return what else comes before the notice of something that is told now."""
        await do(ring, user)
        frames = [await self.hear()]
        while frames[-1] != "notify_notification":
            frames.append(await self.hear())
        # what happened before it has been heard by then; what is still asked about, or waits for its second, comes too
        crowd = Crowd.of(door.hub)
        async with asyncio.timeout(PATIENCE):
            while busy(crowd):
                await asyncio.sleep(0.01)
        while not self.wire.output_queue.empty():
            frames.append(await self.hear())
        return [frame for frame in frames if frame != "notify_notification"]


def busy(crowd):
    """Whether something is still asked about, or waits for its second."""
    doing = {task.get_coro().__name__ for line in crowd.lines for task in line._tasks}
    return bool(doing & {"_look_after", "_send_due"}) or (crowd._asking is not None and not crowd._asking.done())


def ring(user):
    from django.db import transaction

    from collab.events import log

    with transaction.atomic():
        log.announce(f"user:{user.pk}", {"kind": "notification", "ref": "", "quiet": True})
    relay.publish_waiting()  # a call that Redis was too busy to take is made again in five seconds only


@contextlib.asynccontextmanager
async def dialled(*frames, address="192.0.2.7"):
    """Open the socket from this address and say these frames."""
    headers = [(b"host", b"testserver"), (b"x-forwarded-for", address.encode())]
    scope = {"type": "websocket", "path": "/push/ws", "query_string": b"", "headers": headers, "subprotocols": []}
    device = Device(ApplicationCommunicator(application, scope))
    await device.wire.send_input({"type": "websocket.connect"})
    assert (await device.wire.receive_output(PATIENCE))["type"] == "websocket.accept"
    await device.send(*frames)
    try:
        yield device
    finally:
        await device.wire.send_input({"type": "websocket.disconnect", "code": 1000})
        await device.wire.wait(PATIENCE)


@contextlib.asynccontextmanager
async def listening(user, secret, *more):
    await do(relay.publish_waiting)  # what was made beforehand is no news
    async with dialled(user.username, secret) as device:
        assert await device.hear() == "authenticated"
        await device.send(*more)
        yield device


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(push, "PACE", 0.2)


def add(who, folder, name):
    return make.make_file(who, folder, name, b"x")


def test_a_device_hears_of_what_others_do_and_of_nothing_it_may_not_see(play, there):  # noqa: F811
    secret_place = make.make_folder(there.alice, there.root, "board")
    make.restrict(there.alice, secret_place)
    bob, eve = give_password(there.bob), give_password(there.eve)

    async def scene():
        async with listening(there.bob, bob) as his, listening(there.eve, eve) as hers:
            await do(add, there.alice, secret_place, "salaries.txt")
            assert await his.rest(there.bob) == []
            await do(add, there.alice, there.root, "plan.txt")
            assert "notify_file" in await his.rest(there.bob)
            assert await hers.rest(there.eve) == []

    play(scene())


def test_who_asks_for_numbers_gets_those_of_the_thing_and_what_it_lies_in_as_far_as_they_see_it(play, there):  # noqa: F811
    outer = make.make_folder(there.alice, make.home(there.alice), "outer")
    inner = make.make_folder(there.alice, outer, "inner")
    make.share(there.alice, inner, there.eve, READER.mask)
    alice, eve = give_password(there.alice), give_password(there.eve)
    home = make.home(there.alice).pk

    async def scene():
        async with (
            listening(there.alice, alice, "listen notify_file_id") as hers,
            listening(there.eve, eve, "listen notify_file_id") as others,
        ):
            made = await do(add, there.alice, inner, "a.txt")
            [frame] = [frame for frame in await others.rest(there.eve) if frame.startswith("notify_file")]
            assert json.loads(frame.removeprefix("notify_file_id ")) == sorted([inner.pk, made.pk])
            [frame] = [frame for frame in await hers.rest(there.alice) if frame.startswith("notify_file")]
            assert json.loads(frame.removeprefix("notify_file_id ")) == sorted([home, outer.pk, inner.pk, made.pk])

    play(scene())


def test_many_changes_are_told_once_in_a_while(play, there, monkeypatch):  # noqa: F811
    monkeypatch.setattr(push, "PACE", 1.0)
    secret = give_password(there.bob)

    async def scene():
        async with listening(there.bob, secret) as device:
            for number in range(12):
                await do(add, there.alice, there.root, f"{number}.txt")
            told = await device.rest(there.bob)
            assert 1 <= told.count("notify_file") <= 4

    play(scene())


def test_rights_that_come_and_go_are_heard_of_by_whom_they_concern(play, there):  # noqa: F811
    folder = make.make_folder(there.alice, there.root, "summer")
    bob, eve = give_password(there.bob), give_password(there.eve)

    async def scene():
        async with listening(there.bob, bob) as his, listening(there.eve, eve) as hers:

            async def told(device, user):
                return "notify_file" in await device.rest(user)

            await do(make.share, there.alice, folder, there.eve, Right.SEE)
            assert await told(hers, there.eve)
            await do(make.unshare, there.alice, folder, there.eve)
            assert await told(hers, there.eve)
            await told(his, there.bob)
            await do(make.restrict, there.alice, folder)
            assert await told(his, there.bob)
            assert not await told(hers, there.eve)
            await do(make.share, there.alice, folder, there.eve, Right.SEE)
            assert await told(hers, there.eve)
            assert not await told(his, there.bob)
            await do(groups.remove, there.alice, there.team, there.bob)
            assert await told(his, there.bob)
            await do(add, there.alice, there.root, "later.txt")
            assert not await told(his, there.bob)

    there.alice.rank = "admin"
    there.alice.save()
    play(scene())


def test_what_leaves_a_folder_is_heard_of_there(play, there):  # noqa: F811
    file = add(there.alice, there.root, "draft.txt")
    gone = add(there.alice, there.root, "old.txt")
    bob = give_password(there.bob)

    async def scene():
        async with listening(there.bob, bob) as device:
            await do(move_home, there.alice, file)
            assert "notify_file" in await device.rest(there.bob)
            await do(make.throw_away, there.alice, gone)
            assert "notify_file" in await device.rest(there.bob)

    play(scene())


def move_home(user, node):
    from files.actions import moving

    moving.move(make.act(user), node, make.home(user), node.name)


def test_a_comment_moves_no_files(play, there):  # noqa: F811
    file = add(there.alice, there.root, "plan.txt")
    bob = give_password(there.bob)

    async def scene():
        async with listening(there.bob, bob) as device:
            await do(lambda: commenting.write(make.act(there.alice), make.fresh(file), "well done"))
            assert await device.rest(there.bob) == ["notify_activity"]

    play(scene())


def test_a_notification_rings(play, there):  # noqa: F811
    eve = give_password(there.eve)
    folder = make.make_folder(there.alice, there.root, "Accounts")
    readers.catch_up()

    def share():
        make.share(there.alice, folder, there.eve, READER.mask)
        readers.catch_up()

    async def scene():
        async with listening(there.eve, eve) as device:
            await do(share)
            heard = set()
            while "notify_notification" not in heard:
                heard.add(await device.hear())
            assert not {frame for frame in heard if not isinstance(frame, str)}

    play(scene())


@pytest.mark.parametrize("how", ["revoked", "disabled", "password", "second step", "limits"])
def test_it_is_closed_when_the_password_no_longer_opens(play, there, how, monkeypatch):  # noqa: F811
    passwords.set_password(None, there.bob, PASSWORD)
    secret = give_password(there.bob)
    by_login = how in {"password", "second step"}

    def end():
        if how == "revoked":
            devices.revoke(there.bob, AppPassword.objects.get(user=there.bob).pk)
        elif how == "disabled":
            people.deactivate(None, there.bob)
        elif how == "password":
            passwords.set_password(None, there.bob, "a whole new day, Bob")
        elif how == "second step":
            from allauth.mfa.models import Authenticator

            Authenticator.objects.create(user=there.bob, type="totp", data={})
        else:
            AppPassword.objects.filter(user=there.bob).update(scopes=["calendars"])

    async def scene():
        async with listening(there.bob, PASSWORD if by_login else secret) as device:
            await do(end)
            frame = await device.hear()
            while isinstance(frame, str):
                frame = await device.hear()
            assert frame == push.SIGNED_OUT

    if how in {"second step", "limits"}:  # set behind the back of the house: the clock finds it
        monkeypatch.setattr(door, "LOOK_EVERY", 0.2)
    play(scene())


def test_wrong_credentials_are_refused_and_slowed_down(play, there):  # noqa: F811
    limited = give_password(there.bob, scopes=["calendars"])

    async def scene():
        for name, secret in (("bob", "wrong"), ("nobody", "wrong"), ("bob", limited), ("", "no ticket")):
            async with dialled(name, secret) as device:
                assert await device.hear() == push.WRONG
                assert await device.hear() == push.SIGNED_OUT
        said = set()
        for number in range(12):
            async with dialled("bob", f"guess {number}") as device:
                said.add((await device.hear()).partition(",")[0])
        assert said == {push.WRONG, "err: Too many tries"}
        # another network is not slowed down
        async with dialled("bob", secret_of_bob, address="198.51.100.9") as device:
            assert await device.hear() == "authenticated"

    secret_of_bob = give_password(there.bob)
    play(scene())


def test_a_ticket_opens_once_and_stands_for_its_password(play, there, client):  # noqa: F811
    secret = give_password(there.bob)
    door = "/index.php/apps/notify_push/pre_auth"
    assert client.post(door).status_code == 401
    assert client.get(door, **basic("bob", secret)).status_code == 405
    client.force_login(there.bob)
    assert client.post(door, headers={"OCS-APIRequest": "true"}).status_code == 401
    ticket = Client().post(door, **basic("bob", secret)).content.decode()

    def revoke():
        devices.revoke(there.bob, AppPassword.objects.get(user=there.bob).pk)

    async def scene():
        async with dialled("", ticket) as device:
            assert await device.hear() == "authenticated"
            async with dialled("", ticket) as second:
                assert await second.hear() == push.WRONG
            await do(revoke)
            while isinstance(frame := await device.hear(), str):
                pass
            assert frame == push.SIGNED_OUT

    play(scene())


def test_a_ticket_is_gone_with_its_password_or_its_seconds(there):  # noqa: F811
    ticket = passes.issue(there.bob.pk, "a1")
    with mock.patch.object(passes, "SECONDS", 0):
        assert passes.take(passes.issue(there.bob.pk, "a1")) is None
    assert passes.take(ticket) == (there.bob.pk, "a1")
    assert passes.take(ticket) is None


def test_who_is_too_long_too_often_too_many_or_silent_is_closed(play, there, monkeypatch):  # noqa: F811
    secret = give_password(there.bob)

    async def scene():
        async with dialled("x" * (push.LONGEST + 1)) as device:
            assert await device.hear() == push.TOO_MUCH
        async with dialled() as device:
            await device.wire.send_input({"type": "websocket.receive", "bytes": b"\0"})
            assert await device.hear() == push.TOO_MUCH
        async with listening(there.bob, secret, *["listen notify_file_id"] * push.Push.most_frames) as device:
            assert await device.hear() == push.TOO_MUCH
        with mock.patch.object(push, "MOST_OF_ONE", 1):
            async with listening(there.bob, secret), dialled("bob", secret) as second:
                assert await second.hear() == push.FULL
        with mock.patch.object(strangers, "MOST_OF_NEIGHBOURS", 1):
            async with dialled("bob"), dialled("bob", secret) as second:
                assert await second.hear() == push.FULL
            async with dialled("bob", secret, address="198.51.100.9") as elsewhere:
                assert await elsewhere.hear() == "authenticated"
        with mock.patch.object(strangers, "HELLO", 0.05):
            async with dialled("bob") as device:
                assert await device.hear() == push.TOO_MUCH
        assert not strangers._strangers

    play(scene())


def test_who_has_no_files_hears_of_none(play, there):  # noqa: F811
    secret = give_password(there.bob)
    house.put("files.who", [])

    async def scene():
        async with listening(there.bob, secret) as device:
            await do(add, there.alice, there.root, "plan.txt")
            assert await device.rest(there.bob) == []

    play(scene())


def test_while_redis_is_away_devices_are_sent_away(play, there, settings):  # noqa: F811
    secret = give_password(there.bob)

    async def scene():
        async with dialled("bob", secret) as device:
            assert await device.hear() == push.AWAY

    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    play(scene())


def test_the_address_is_told_as_the_client_reached_us(client, there, settings):  # noqa: F811
    secret = give_password(there.bob)
    where = "/ocs/v2.php/cloud/capabilities?format=json"

    def found(**extra):
        return client.get(where, **extra).json()["ocs"]["data"]["capabilities"].get("notify_push")

    assert found() is None
    plain = found(**basic("bob", secret))
    assert plain["endpoints"]["websocket"] == "ws://testserver/push/ws"
    safe = found(**basic("bob", secret), secure=True)
    assert safe["endpoints"] == {
        "websocket": "wss://testserver/push/ws",
        "pre_auth": "https://testserver/index.php/apps/notify_push/pre_auth",
    }
    settings.REDIS_URL = ""
    assert found(**basic("bob", secret)) is None


def test_the_sight_that_ended_by_itself_is_not_told_of(play, there):  # noqa: F811
    folder = make.make_folder(there.alice, there.root, "summer")
    make.share(there.alice, folder, there.eve, READER.mask)
    make.expire(folder, there.eve.principal)
    eve = give_password(there.eve)

    async def scene():
        async with listening(there.eve, eve) as device:
            await do(add, there.alice, folder, "a.txt")
            assert await device.rest(there.eve) == []

    play(scene())
