"""Frames that no page or program of ours sends: each is answered or its line closed, and nothing of a line is kept."""

from __future__ import annotations

import json

import pytest
from asgiref.testing import ApplicationCommunicator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat import room as chat_rooms
from chat.v4 import socket as programs
from collab.asgi import application
from collab.live import socket as door
from collab.live import strangers
from files.together import room as texts
from tests import town as make
from tests.chat import chatting
from tests.conftest import build_town
from tests.sockets.conftest import HERE, PATIENCE, cookie_of, play
from tests.sockets.test_v4 import token

__all__ = ["play"]
pytestmark = pytest.mark.django_db(transaction=True)

ODD = [
    None, True, 0, -1, 2**53, 10**40, 0.5, float("inf"), float("-inf"), float("nan"), "", "x", "\0", "\ud800",
    "é" * 200, "1", "¹", "user:1", "space:" + "9" * 30, [], [[]], ["\ud800"], {}, {"a": {}},
]  # fmt: skip
"""As JSON says them, some outside the standard: what Python reads without a word."""
NAMES = {
    "page": ["join", "leave", "active"],
    "channel": ["since", "typing"],
    "text": ["hello", "at"],
    "program": ["action", "seq", "data"],
    "stranger": ["action", "seq", "data"],
}
ONCE = {  # each of these ended a line in the middle of its work, once
    "page": {"join": {"user:1": float("inf")}},
    "channel": {"since": float("inf")},
    "text": {"hello": {"vector": "AA==", "epoch": []}},
    "program": {"action": []},
}
INNER = ["token", "channel_id", "vector", "epoch", "space:1", "user:1", "node:" + "9" * 40, "\0"]
ACTIONS = ["authentication_challenge", "user_typing", "ping", "posted"]

values = st.sampled_from(ODD) | st.dictionaries(st.sampled_from(INNER), st.sampled_from([*ODD, "AA=="]), max_size=3)


@st.composite
def frames(draw, kind):
    if draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from(ODD))
    said = {name: draw(values) for name in draw(st.sets(st.sampled_from(NAMES[kind]), min_size=1))}
    if "action" in said and draw(st.booleans()):
        said["action"] = draw(st.sampled_from(ACTIONS))
    return said


@pytest.fixture
def lines(transactional_db, store, monkeypatch):
    """{kind: (path, headers)} of every door that listens."""
    monkeypatch.setattr(chat_rooms, "_rooms", {})
    texts.rooms.clear()
    town = build_town()
    trips = chatting.channel(town.alice, town.space)
    note = make.make_file(town.alice, town.root, "note.md", b"# Plans\n")
    alice = [*HERE, (b"cookie", cookie_of(town.alice))]
    bearer = [(b"host", b"testserver"), (b"authorization", f"Bearer {token(town.alice)}".encode())]
    return {
        "page": ("/ws/", alice), "channel": (f"/ws/chat/{trips.pk}/", alice), "text": (f"/ws/files/{note.pk}/", alice),
        "program": ("/api/v4/websocket", bearer), "stranger": ("/api/v4/websocket", bearer[:1]),
    }  # fmt: skip


async def say(path, headers, said):
    """Open a line, say it all, and go as soon as it closes."""
    scope = {"type": "websocket", "path": path, "query_string": b"", "subprotocols": [], "headers": headers}
    wire = ApplicationCommunicator(application, scope)
    await wire.send_input({"type": "websocket.connect"})
    await wire.receive_output(PATIENCE)
    for text in said:
        await wire.send_input({"type": "websocket.receive", "text": text})
    await wire.send_input({"type": "websocket.disconnect", "code": 1000})
    await wire.wait(PATIENCE)


@pytest.mark.parametrize("kind", NAMES)
def test_no_frame_breaks_a_line_or_leaves_it_behind(lines, play, kind, caplog):
    found = [[json.dumps(ONCE[kind])]] if kind in ONCE else []

    @settings(max_examples=40, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(frames(kind), min_size=1, max_size=3))
    def collect(said):
        found.append([json.dumps(one) for one in said])

    collect()

    async def scene():
        for said in found:
            try:
                await say(*lines[kind], said)
            except Exception as wrong:
                raise AssertionError(said) from wrong
        assert not strangers._strangers
        assert not programs._open
        assert not door.hub._sockets
        assert not door.hub._topics

    play(scene())
    assert not chat_rooms._rooms
    assert not texts.rooms
    assert not caplog.records
