"""Who may open a text, write in it and hear it; and that frames which no page of ours sends change nothing."""

import asyncio
import base64

import pytest
from django.utils.module_loading import import_string
from pycrdt import Map

from collab.live import socket as line
from collab.rights import actions as rights
from collab.rights.right import READER
from files.actions import drafting, moving, saving
from files.models import Draft, DraftUpdate
from files.together import plain, room, socket
from files.together.paper import Paper
from tests import town as make
from tests.sockets.conftest import HERE, cookie_of, do
from tests.together.test_saving import content_of
from tests.together.test_wire import another_kind, formatted, other_root
from tests.together.writers import at

pytestmark = pytest.mark.django_db(transaction=True)


def cookies(there):
    return {name: cookie_of(getattr(there, name)) for name in ("alice", "bob", "eve")}


def test_two_write_and_read_each_other(play, there, note, asked):
    async def scene():
        async with at(note.pk, mine["alice"]) as alice, at(note.pk, mine["bob"]) as bob:
            begun = (await alice.hello())["draft"]
            assert begun["may"] == "write"
            assert (await bob.hello())["draft"]["epoch"] == begun["epoch"]
            assert alice.paper.text == bob.paper.text == "# Plans\n"
            assert await alice.write("# Plans\n- tea\n") == {"took": 1}
            await bob.reads("# Plans\n- tea\n")
            await bob.write("# Plans\n- tea\n- milk\n")
            await alice.reads("# Plans\n- tea\n- milk\n")

    mine = cookies(there)
    play(scene())
    assert DraftUpdate.objects.count() == 2
    assert saving.save(note.pk)
    assert make.read(note) == b"# Plans\n- tea\n- milk\n"
    assert make.fresh(note).modified_by == there.bob
    assert [one.user for one in make.fresh(note).blob.coauthors.all()] == [there.alice]
    assert make.is_clean(deep=True)


def test_two_processes_serve_one_text(play, there, note, monkeypatch):
    """Each with rooms of its own; Redis only says that there is something to read."""

    async def scene():
        async with at(note.pk, mine["alice"]) as alice:
            await alice.hello()
            here = room.rooms
            monkeypatch.setattr(room, "rooms", {})
            monkeypatch.setattr(room, "PROCESS", "another")
            async with at(note.pk, mine["bob"]) as bob:
                await bob.hello()
                elsewhere = room.rooms
                assert here.keys() == elsewhere.keys()

                # what Redis says is handed to both
                async def both(node_id, what):
                    for rooms in (here, elsewhere):
                        await rooms[node_id].heard(what)

                line.hub.carry(drafting.TOPIC, both)
                await alice.write("from alice")
                await bob.reads("from alice")
                await bob.write("from alice and bob")
                await alice.reads("from alice and bob")
            room.rooms.update(here)

    mine = cookies(there)
    play(scene())


def test_a_reader_reads_live_and_writes_nothing(play, there, note):
    make.share(there.alice, note, there.eve, READER.mask)

    async def scene():
        async with at(note.pk, mine["eve"]) as eve, at(note.pk, mine["alice"]) as alice:
            assert (await eve.hello())["draft"]["may"] == "read"
            await alice.hello()
            await alice.write("for all to see")
            await eve.reads("for all to see")
            assert await eve.write("I was here") == {"refused": "forbidden"}
            await alice.write("still alice")
            assert alice.paper.text == "still alice"

    mine = cookies(there)
    play(scene())
    assert DraftUpdate.objects.filter(author=there.eve).count() == 0
    assert drafting.read(note.pk)[1].text == "still alice"


def test_unknown_is_as_missing_and_other_sites_get_nothing(play, there, note):
    async def scene():
        for number in (note.pk, 999_999_999, there.root.pk):
            async with at(number, mine["eve"]) as eve:
                assert await eve.hear() == {"gone": "missing"}
                assert await eve.hear() == {"close": socket.GONE}
        async with at(there.root.pk, mine["alice"]) as alice:  # a folder is no text
            assert await alice.hear() == {"gone": "missing"}
        async with at(note.pk, mine["alice"], HERE[:1]) as page:
            assert not page.connected
        async with at(note.pk, b"sessionid=nobody") as page:
            assert await page.hear() == {"close": line.SIGNED_OUT}

    mine = cookies(there)
    play(scene())
    assert not Draft.objects.exists()


@pytest.mark.parametrize("how", ["reads on", "gone", "trash", "archived"])
def test_a_right_that_ends_is_told_and_holds_at_once(play, there, note, how):
    def end():
        if how == "reads on":
            make.share(there.alice, note, there.bob, READER.mask)
            rights.stop_inheriting(make.act(there.alice), make.fresh(note))
        elif how == "gone":
            rights.unshare(make.act(there.alice), there.space, there.team.principal)
        elif how == "trash":
            make.throw_away(there.alice, note)
        else:
            from collab.spaces.actions import archiving

            archiving.archive(make.act(make.make_user("root", rank="admin")), there.space)

    async def scene():
        async with at(note.pk, mine["bob"]) as bob:
            await bob.hello()
            await bob.write("kept")
            await do(end)
            if how in {"reads on", "archived"}:
                # told, not found: who waits for a frame has given up long before the clock looks
                assert await bob.until("may") == {"may": "read"}
                assert await bob.write("too late") == {"refused": "forbidden"}
            else:
                said = await bob.until("gone")
                assert said == {"gone": "trash" if how == "trash" else "lost"}
                assert await bob.until("close") == {"close": socket.GONE}

    mine = cookies(there)
    play(scene())
    assert drafting.read(note.pk)[1].text == "kept"


def test_a_right_that_ended_a_moment_ago_refuses_the_write_itself(there, note):
    """The statement that keeps a change asks for the right: nothing depends on who was told in time."""
    bob = make.act(there.bob)
    draft = drafting.begin(bob, note.pk)
    update = drafting.whole(draft).rewrite("mine")
    assert drafting.append(bob, note.pk, draft.epoch, update) == 1
    with pytest.raises(drafting.Stale):
        drafting.append(bob, note.pk, "of another time", update)
    with pytest.raises(drafting.NotFound):
        drafting.append(make.act(there.eve), note.pk, draft.epoch, update)
    make.share(there.alice, note, there.eve, READER.mask)
    with pytest.raises(drafting.Forbidden):
        drafting.append(make.act(there.eve), note.pk, draft.epoch, update)
    make.throw_away(there.alice, note)
    with pytest.raises(drafting.NotFound):
        drafting.append(bob, note.pk, draft.epoch, update)
    assert DraftUpdate.objects.count() == 1


HOSTILE = [
    b"", b"\0", b"\xff" * 300, b"\x01\x01\x01\x00\x04\x01\x04text\xff\xff\xff\xff\x0f", other_root(), formatted(),
    another_kind(Map, "x"),
]  # fmt: skip


def test_a_frame_that_is_no_update_of_this_text_closes(play, there, note):
    async def scene():
        async with at(note.pk, mine["alice"]) as alice:
            await alice.hello()
            for update in HOSTILE:
                async with at(note.pk, mine["bob"]) as bob:
                    await bob.hello()
                    await bob.send(update)
                    assert await bob.until("close") == {"close": line.TOO_MUCH}, update
            await alice.write("unharmed")

    mine = cookies(there)
    play(scene())
    assert DraftUpdate.objects.count() == 1
    assert drafting.read(note.pk)[1].text == "unharmed"


NO_SENSE = [
    "no json", "[]", "5", "null", '{"hello": 5}', '{"hello": {"vector": "?"}}', '{"hello": {"vector": "/////w=="}}',
    "[" * 3000, "x" * 300_000, '{"at": null}', '{"hello": {"epoch": null, "vector": "AA=="}}|{"at": 5}',
    '{"hello": {"epoch": null, "vector": "AA=="}}|{"at": ["a", "b"]}',
    '{"hello": {"epoch": null, "vector": "AA=="}}|{"hello": {"epoch": null, "vector": "AA=="}}',
]  # fmt: skip


def test_a_frame_that_makes_no_sense_closes(play, there, note):
    async def scene():
        for frame in NO_SENSE:
            async with at(note.pk, mine["bob"]) as bob:
                for part in frame.split("|"):
                    await bob.say(part)
                assert await bob.until("close") == {"close": line.TOO_MUCH}, frame[:80]

    mine = cookies(there)
    play(scene())
    assert not room.rooms


def test_a_pause_asks_for_saving_and_so_does_leaving(play, there, note, asked, monkeypatch):
    monkeypatch.setattr(room, "PAUSE", 0.05)

    async def scene():
        async with at(note.pk, mine["bob"]) as bob:
            await bob.hello()
            await bob.write("a pause")
            while not asked:
                await asyncio.sleep(0.01)
            await do(saving.save, note.pk)
            assert (await bob.until("saved")) == {"saved": True, "problem": ""}
            asked.clear()
            monkeypatch.setattr(room, "PAUSE", 600)
            await bob.write("and gone")
        while not asked:
            await asyncio.sleep(0.01)

    mine = cookies(there)
    play(scene())
    assert asked == [note.pk]
    task = import_string(room.SAVE)
    task(note.pk)
    assert make.read(note) == b"and gone"


def test_a_page_that_sends_too_much_is_closed(play, there, note, monkeypatch):
    monkeypatch.setattr(socket.DraftSocket, "most_frames", 30)

    async def scene():
        async with at(note.pk, mine["bob"]) as bob:
            await bob.hello()
            for _number in range(31):
                await bob.say({"at": None})
            assert await bob.until("close") == {"close": line.TOO_MUCH}
        async with at(note.pk, mine["bob"]) as bob:
            await bob.hello()
            await bob.send(b"\0" * (socket.MOST_BYTES + 1))
            assert await bob.until("close") == {"close": line.TOO_MUCH}

    mine = cookies(there)
    play(scene())


def test_a_text_does_not_grow_without_end(play, there, note):
    async def scene():
        async with at(note.pk, mine["bob"]) as bob:
            await bob.hello()
            assert await bob.write("x" * (plain.MOST // 2)) == {"took": 1}
            assert await bob.write("x" * (plain.MOST + 1)) == {"refused": "too-long"}

    mine = cookies(there)
    play(scene())
    assert len(drafting.read(note.pk)[1].text) == plain.MOST // 2


def test_a_page_that_was_away_brings_what_it_wrote(play, there, note):
    async def scene():
        async with at(note.pk, mine["alice"]) as alice:
            await alice.hello()
        away = alice.paper
        offline = away.rewrite("# Plans\n- alice, in the train\n")
        async with at(note.pk, mine["bob"]) as bob:
            await bob.hello()
            await bob.write("# Plans for May\n")
        async with at(note.pk, mine["alice"]) as again:
            again.paper, again.epoch = away, alice.epoch
            await again.hello()
            await again.send(offline)
            assert await again.until("took") == {"took": 1}
            assert again.paper.text == "# Plans for May\n- alice, in the train\n"

    mine = cookies(there)
    play(scene())


def test_a_page_of_a_text_that_was_begun_anew_is_told(play, there, note):
    async def scene():
        async with at(note.pk, mine["alice"]) as alice:
            await alice.hello()
            await do(Draft.objects.all().delete)
            assert "anew" in await alice.write("to the old one")
            assert await alice.until("close") == {"close": line.AWAY}
        async with at(note.pk, mine["alice"]) as again:
            again.epoch = alice.epoch
            assert "anew" in await again.hello()

    mine = cookies(there)
    play(scene())
    assert drafting.read(note.pk)[1].text == "# Plans\n"


def test_who_is_here_is_said_by_the_server_alone(play, there, note):
    async def scene():
        async with at(note.pk, mine["alice"]) as alice, at(note.pk, mine["bob"]) as bob:
            await alice.hello()
            begun = await bob.hello()
            [who] = (await bob.until("who"))["who"]
            assert (who["name"], who["hue"]) == ("Alice", there.alice.hue)
            place = base64.b64encode(b"somewhere").decode()
            await bob.say({"at": [place, place], "name": "Alice"})
            while not (who := ((await alice.until("who"))["who"] or [{}])[0]).get("at"):
                pass
            assert who["id"] == begun["draft"]["you"]
            assert (who["name"], who["hue"], who["at"]) == ("Bob", there.bob.hue, [place, place])
            await bob.wire.send_input({"type": "websocket.disconnect", "code": 1000})
            assert (await alice.until("who"))["who"] == [{"id": who["id"]}]

    mine = cookies(there)
    play(scene())


def test_a_write_from_outside_joins_what_people_write(play, there, note):
    def device():
        make.write(there.alice, there.root, "note.md", b"# Plans\n- from the device\n")

    async def scene():
        async with at(note.pk, mine["bob"]) as bob:
            await bob.hello()
            await bob.write("# Plans for May\n")
            await do(device)
            await bob.reads("# Plans for May\n- from the device\n")

    mine = cookies(there)
    play(scene())
    assert saving.save(note.pk)
    assert make.read(note) == b"# Plans for May\n- from the device\n"
    assert b"# Plans\n- from the device\n" in [content_of(one) for one in make.fresh(note).versions.all()]
    assert make.is_clean()


def test_a_file_that_moves_to_another_space_takes_its_readers_along(play, there, note):
    """Rights are those of where it lies now, and a loss there is heard at once too."""

    def away():
        other = make.make_space(there.alice, "Elsewhere")
        make.share(there.alice, other, there.bob, 3)
        moving.move(make.act(there.alice), make.fresh(note), make.root_of(other), "note.md")
        return other

    async def scene():
        async with at(note.pk, mine["bob"]) as bob:
            await bob.hello()
            await bob.write("before")
            other = await do(away)
            assert await bob.until("moved") == {"moved": True}
            assert await bob.write("after") == {"took": 2}
            while {joined.space_id for joined in here()[0].topics.values()} != {other.pk}:
                await asyncio.sleep(0.02)
            await do(make.unshare, there.alice, other, there.bob)
            assert await bob.until("gone") == {"gone": "lost"}

    def here():
        return list(room.rooms[note.pk].sockets)

    mine = cookies(there)
    play(scene())
    assert saving.save(note.pk)
    assert make.read(note) == b"after"


def test_while_redis_is_away_nothing_is_lost(play, there, note, settings):
    async def scene():
        async with at(note.pk, mine["bob"]) as bob:
            assert await bob.hear() == {"close": line.AWAY}

    mine = cookies(there)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    play(scene())


def test_the_engine_and_the_database_agree_after_a_refusal(play, there, note, monkeypatch):
    """A change that could not be kept is nowhere: not in the room either, for whoever comes next."""

    def broken(*arguments):
        raise room.DatabaseError("away")

    async def scene():
        async with at(note.pk, mine["alice"]) as alice:
            await alice.hello()
            with monkeypatch.context() as away:
                away.setattr(room, "_append", broken)
                assert await alice.write("lost?") == {"close": line.AWAY}
        async with at(note.pk, mine["bob"]) as bob:
            await bob.hello()
            assert bob.paper.text == "# Plans\n"
            assert Paper([alice.paper.state]).text == "lost?"  # the page still has it
        async with at(note.pk, mine["alice"]) as again:
            again.paper, again.epoch = alice.paper, alice.epoch
            await again.hello()
            await again.send(alice.paper.state)
            await again.until("took")

    mine = cookies(there)
    play(scene())
    assert drafting.read(note.pk)[1].text == "lost?"
