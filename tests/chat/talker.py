"""Somebody with a page open, without a browser: a real websocket and real requests, with what a page of ours knows.

It keeps what it was told by id, goes on from its clock after any break, and says the same again until it is answered.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import random
import re
import socket
import threading
import time
import uuid
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from collab.accounts.models import User

PATIENCE = 20
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
_DRAWN = re.compile(r'<article class="message.*?</article>', re.S)
_WORDS = re.compile(r'<div class="message__text prose">(.*?)</div>', re.S)
_CHIP = re.compile(r'data-emoji="([^"]+)" data-people="([^"]*)"')
_THREAD = re.compile(r'data-thread="(\d+)"')
BROKEN = (OSError, http.client.HTTPException)


def seen(html: str) -> tuple[int, str, tuple[tuple[str, int], ...]]:
    """What a page shows of a drawn message: the moment of the channel, its words, its signs."""
    words = _WORDS.search(html)
    clock = re.search(r'data-clock="(\d+)"', html)
    assert clock is not None
    plain = re.sub(r"<[^>]+>", "", words[1]).strip() if words else ""
    return int(clock[1]), plain, tuple((sign, len(people.split())) for sign, people in _CHIP.findall(html))


class Talker:
    """`shown`: {id: (clock, words, signs)} of the channel itself; `answers`: those of its threads."""

    def __init__(self, port: int, user: User, channel: int):
        client = Client()
        client.force_login(user)
        self.port, self.user, self.channel = port, user, channel
        self._token = "a" * 32
        self._cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={self._token}"
        self.shown: dict[int, Any] = {}
        self.answers: dict[int, Any] = {}
        self.numbers: dict[int, int] = {}
        self.roots: dict[int, int] = {}
        self.clock = self.breaks = self.resets = self.typed = 0
        self.ended = 0.0
        self.acknowledged: dict[str, int] = {}
        self.trouble: list[str] = []
        self._socket: socket.socket | None = None
        self._over = threading.Event()
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    # what it does

    def say(self, text: str, root: int = 0) -> int:
        """Say it until it is answered; return its id."""
        key = str(uuid.uuid4())
        fields = {"key": key, "text": text} | ({"root": str(root)} if root else {})
        answer = self.until_done(f"/chat/{self.channel}/say/", fields)
        self.take([answer])
        self.acknowledged[key] = answer["id"]
        return answer["id"]

    def until_done(self, path: str, fields: dict[str, str]) -> Any:
        """Post it again and again until the house took it; raise what it refuses."""
        until = time.monotonic() + 10 * PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(*BROKEN):
                status, body = self.ask("POST", path, fields)
                if status in {200, 201, 204}:
                    return json.loads(body) if body else None
                if status < 500 and status != 429:
                    raise AssertionError((path, status, body[:300]))
            time.sleep(0.2 + 0.3 * random.random())
        raise AssertionError(f"{path} was never taken")

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """One request, as a page makes it."""
        door = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": self._cookie, "Accept": "application/json", "Accept-Language": "en"}
        if method == "GET":
            headers |= {"Accept": "text/html", "HX-Request": "true"}
        else:
            headers |= {"X-CSRFToken": self._token, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            door.request(method, path, urlencode(fields) if fields is not None else None, headers)
            answer = door.getresponse()
            return answer.status, answer.read().decode()
        finally:
            door.close()

    def type(self) -> None:
        with contextlib.suppress(OSError):
            self._send({"typing": True})

    def wait_for_end(self) -> None:
        """Wait until the house closed the line for good."""
        self._listening.join(PATIENCE)
        assert self.ended, "the line is open still"

    def end(self) -> None:
        self._over.set()
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        self._listening.join(PATIENCE)

    def __enter__(self) -> Talker:
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()

    # what it is told

    def take(self, pieces: list[dict[str, Any]]) -> None:
        for piece in pieces:
            if piece["number"] or not piece["root"]:
                self._put(self.shown, piece)
            if piece["root"]:
                self._put(self.answers, piece)
                self.roots[piece["id"]] = piece["root"]
            self.numbers[piece["id"]] = piece["number"]

    def _put(self, place: dict[int, Any], piece: dict[str, Any]) -> None:
        state = seen(piece["html"])
        if piece["id"] not in place or place[piece["id"]][0] < state[0]:
            place[piece["id"]] = state

    def reload(self) -> None:
        """Draw the page anew, as one that missed too much: all of the channel, and the threads that it shows."""
        before, clock, threads = "", 0, set[int]()
        while True:
            status, html = self.ask("GET", f"/chat/{self.channel}/?{before or 'before=0'}")
            assert status == 200, status
            drawn = [_piece(one) for one in _DRAWN.findall(html)]
            self.take(drawn)
            threads.update(map(int, _THREAD.findall(html)))  # what begins one from now on is told by the line
            clock = clock or max(piece["clock"] for piece in drawn)
            older = re.search(r'before=(\d+)" data-older', html)
            if older is None:
                break
            before = older[0].split('"')[0]
        for root in threads:
            status, html = self.ask("GET", f"/chat/{self.channel}/?thread={root}")
            assert status == 200, status
            self.take([_piece(one) | {"root": root} for one in _DRAWN.findall(html) if f'id="m{root}"' not in one])
        self.clock = clock

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                self._hear()
            except (*BROKEN, AssertionError, ValueError):
                self.breaks += 1
                self._over.wait(0.1 + 0.2 * random.random())
            except Exception as error:
                self.trouble.append(repr(error))
                return

    def _hear(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as line:
            line.settimeout(10 * PATIENCE)
            self._socket = line
            key = base64.b64encode(os.urandom(16)).decode()
            host = f"127.0.0.1:{self.port}"
            line.sendall(
                f"GET /ws/chat/{self.channel}/ HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
                f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                f"Sec-WebSocket-Version: 13\r\nAccept-Language: en\r\nCookie: {self._cookie}\r\n\r\n".encode()
            )
            with line.makefile("rb") as file:
                assert b" 101 " in file.readline()
                while file.readline() not in {b"\r\n", b""}:
                    pass
                while (frame := _frame(file)) is not None:
                    kind, body = frame
                    if kind == TEXT:
                        self._heard(json.loads(body))
                    elif kind == PING:
                        self._send_raw(PONG, body)
                    elif kind == CLOSE:
                        if int.from_bytes(body[:2], "big") in {4401, 4404}:
                            self.ended = time.monotonic()
                            self._over.set()
                        return
            self.breaks += 1

    def _heard(self, frame: dict[str, Any]) -> None:
        if frame.get("ready"):
            self._send({"since": self.clock})
        elif "messages" in frame:
            self.take(frame["messages"])
            self.clock = max(self.clock, *(piece["clock"] for piece in frame["messages"]))
        elif "typing" in frame:
            self.typed += 1
        elif frame.get("reset"):
            self.resets += 1
            self.reload()
            raise OSError  # and begins again, from there

    def _send(self, frame: dict[str, Any]) -> None:
        self._send_raw(TEXT, json.dumps(frame).encode())

    def _send_raw(self, kind: int, body: bytes) -> None:
        if self._socket is not None:
            self._socket.sendall(bytes([0x80 | kind, 0x80 | len(body)]) + bytes(4) + body)


def _piece(html: str) -> dict[str, Any]:
    found = {name: re.search(rf'data-{name}="(\d+)"', html) for name in ("id", "number", "clock")}
    return {name: int(match[1]) for name, match in found.items() if match} | {"root": 0, "html": html}


def _frame(file: Any) -> tuple[int, bytes] | None:
    head = file.read(2)
    if len(head) < 2:
        return None
    length = head[1] & 0x7F
    if length > 125:
        length = int.from_bytes(file.read(2 if length == 126 else 8), "big")
    return head[0] & 0x0F, file.read(length)
