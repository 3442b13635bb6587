"""What many sockets are told goes straight to each line: the same bytes as by the long way, never out of order."""

import socket
from functools import partial

import pytest
from daphne.server import Server
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet.address import UNIXAddress
from twisted.internet.tcp import Connection
from twisted.internet.testing import MemoryReactor

from collab.live import straight


@pytest.fixture
def ends():
    """Daphne's end of an open line, and the other end."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    line = WebSocketFactory(None, server="daphne").buildProtocol(None)
    transport = Connection(ours, line, MemoryReactor())
    transport.connected = 1
    transport.getPeer = transport.getHost = lambda: UNIXAddress(None)
    line.makeConnection(transport)
    line.state = WebSocketProtocol.STATE_OPEN
    yield line, theirs
    if line.openHandshakeTimeoutCall is not None:
        line.openHandshakeTimeoutCall.cancel()
    ours.close()
    theirs.close()


@pytest.mark.parametrize("size", [5, 125, 126, 65_535, 65_536])
def test_it_is_the_frame_that_autobahn_makes(ends, size):
    line, theirs = ends
    text = straight.Text("é" + "x" * (size - 2))
    line.sendMessage(text.encode(), False)
    line.transport.doWrite()
    assert straight.write(line, text.frame)
    got = theirs.recv(2 * len(text.frame), socket.MSG_WAITALL)
    assert got[: len(got) // 2] == got[len(got) // 2 :] == text.frame


def test_what_waits_goes_first(ends):
    line, theirs = ends
    assert straight.write(line, b"one")
    assert theirs.recv(10) == b"one"
    large = b"x" * (4 << 20)
    assert straight.write(line, large)  # a part of it; the rest waits in Twisted's own buffer
    assert not straight.write(line, b"two"), "it would overtake the rest"
    line.transport.write(b"two")  # as the long way does
    theirs.setblocking(False)
    got = bytearray()
    while len(got) < len(large) + 3:
        try:
            got += theirs.recv(1 << 20)
        except BlockingIOError:
            line.transport.doWrite()
    assert bytes(got) == large + b"two"


def test_a_line_that_broke_or_closes_is_left_to_the_long_way(ends):
    line, theirs = ends
    theirs.close()
    assert not straight.write(line, b"one")
    line.state = WebSocketProtocol.STATE_CLOSING
    assert not straight.write(line, b"two")


def test_the_end_is_found_by_what_daphne_hands_to_applications(ends):
    line, _theirs = ends
    assert straight.line(partial(Server.handle_reply, object(), line)) is None
    assert straight.line(partial(Server(None, endpoints=["unix:/x"]).handle_reply, line)) is line
    assert straight.line(print) is None
