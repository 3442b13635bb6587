"""One frame for many sockets: put together once, and written without going through the layers of each.

A text of the server is the same bytes on every line (RFC 6455, section 5.2: not masked, nothing compressed). Channels,
Daphne, autobahn and Twisted each handle a message once more for every socket, and Twisted asks the kernel to be called
back before it writes: together five times what the writing costs.
"""

from __future__ import annotations

import sys
from functools import cached_property, partial
from typing import Any

_TEXT = 0x81
_SHORT, _LONG = 126, 1 << 16


def frame(text: str) -> bytes:
    """Return the text as one whole frame of a server."""
    payload = text.encode()
    size = len(payload)
    if size < _SHORT:
        return bytes((_TEXT, size)) + payload
    if size < _LONG:
        return bytes((_TEXT, 126)) + size.to_bytes(2, "big") + payload
    return bytes((_TEXT, 127)) + size.to_bytes(8, "big") + payload


class Text(str):
    """What many sockets are told, with its frame, put together at the first of them."""

    @cached_property
    def frame(self) -> bytes:
        return frame(self)


def line(send: Any) -> Any:
    """Return Daphne's end of the line that `send` of an ASGI application writes to; None under another server."""
    daphne = sys.modules.get("daphne.ws_protocol")  # not imported for this: only the process of the sockets needs it
    given = send.args if isinstance(send, partial) else ()
    return given[0] if given and daphne is not None and isinstance(given[0], daphne.WebSocketProtocol) else None


def write(protocol: Any, data: bytes) -> bool:
    """Write a frame; False where it must go the long way: the line is not open, or what was sent before still waits."""
    if protocol.state != protocol.STATE_OPEN or protocol.send_queue:
        return False
    transport = protocol.transport
    if transport._tempDataBuffer or len(transport.dataBuffer) > transport.offset or not transport.connected:
        return False
    written = transport.writeSomeData(data)
    if not isinstance(written, int) or written < 0:
        return False  # the line broke: the long way finds out and tells
    if written < len(data):
        transport.write(data[written:])
    return True
