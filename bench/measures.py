"""The measurements: each fills rows of the table from the running servers."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import calendar_pages, chat, client, processes, sharing, sockets
from bench.load import PROPERTIES, Request, press
from bench.results import EMPTY, Row
from bench.servers.base import Server
from bench.servers.collab import Collab

MIB = 1 << 20
_RING = 1000
_XML = ("Content-Type", "application/xml")
OPERATIONS = {
    "put": (Row("PUT 1 KiB, new", "/s", 450), Request("PUT", "put/f%d", size=1024)),
    "get": (Row("GET 1 KiB", "/s", 900), Request("GET", "list1000/f%d", ring=_RING)),
    "propfind": (
        Row("PROPFIND Depth 0", "/s", 800),
        Request("PROPFIND", "list1000/f%d", body=PROPERTIES, ring=_RING, headers=(("Depth", "0"), _XML)),
    ),
    "move": (
        Row("MOVE", "/s", 250),
        Request("MOVE", "list1000/f%d", target="moved/f%d", ring=_RING, headers=(("Overwrite", "T"),)),
    ),
}


class Bench:
    """The servers, how long and how often each is measured, and the rows so far."""

    def __init__(
        self, servers: Sequence[Server], home: Path, *, seconds: float, rounds: int, tell: Callable[[str], None]
    ):
        self.servers = servers
        self.home = home
        self.seconds = seconds
        self.rounds = rounds
        self.tell = tell
        self.rows: list[Row] = []
        self.others: list[float] = []

    @property
    def collab(self) -> Collab:
        return next(server for server in self.servers if isinstance(server, Collab))

    def idle(self) -> None:
        """Memory of all processes, a while after the start and before the first request for a file."""
        time.sleep(10 if self.rounds > 1 else 4)
        row = Row("memory, idle (PSS)", "MB", 600, floor=False)
        for server in self.servers:
            row.add(server.name, processes.memory(server.pid) / MIB)
        self.rows.append(row)
        for title, size in sorted(processes.parts(self.collab.pid).items(), key=lambda item: -item[1]):
            self.tell(f"    {size / MIB:6.1f} MB  {title}")

    def prepare(self, sizes: Sequence[int]) -> None:
        """Make the folders that the measurements look at."""
        for server in self.servers:
            for folder in ("put", "moved"):
                visitor = client.Client(server)
                visitor.dav("MKCOL", f"{folder}/")
                visitor.close()
            for size in sizes:
                rate = client.fill(server, f"list{size}", size)
                self.tell(f"  {server.name}: folder of {size:,} files made at {rate:,.0f}/s")

    def empty(self) -> None:
        """An answer that asks nothing, the same way through the front: what this machine has left for any request."""
        row = Row(EMPTY, "/s")
        for _round in range(self.rounds):
            found = press(self.collab, Request("GET", "", whole="/healthz"), seconds=self.seconds)
            row.add("Collab", found.rate)
            row.cost.append(found.milliseconds)
            row.refused += found.refused
        self.rows.append(row)
        self.tell(f"  {EMPTY}: {row.best('Collab'):,.0f}/s, {row.cost[-1]:.2f} CPU-ms")

    def rates(self, names: Sequence[str]) -> None:
        """Requests per second over eight connections, the servers in turn, once what was made before has been read."""
        for name in names:
            row, request = OPERATIONS[name]
            first = 0
            for server in self.servers:
                first = max(first, self._warm(server, request))
            for _round in range(self.rounds):
                for server in self.servers:
                    first = self._even(first, request.ring)
                    processes.rest(self.collab.pid)
                    found = press(server, request, seconds=self.seconds, first=first)
                    first += int(found.rate * (self.seconds + 2)) + _RING
                    row.add(server.name, found.rate)
                    self.others.append(found.others)
                    if server is self.collab:
                        row.cost.append(found.milliseconds)
                        row.refused += found.refused
                    self.tell(
                        f"  {row.title}: {server.name} {found.rate:,.0f}/s, {found.milliseconds:.2f} CPU-ms, median"
                        f" {found.median:.1f} ms, {found.refused} refused; other programs {found.others:.2f} cores"
                    )
                    if request.target:
                        self._move_back(server)
            self.rows.append(row)

    def _warm(self, server: Server, request: Request) -> int:
        found = press(server, request, seconds=1)
        if request.target:
            self._move_back(server)
        return int(found.rate * 3) + _RING

    def _even(self, first: int, ring: int) -> int:
        """Return where to begin so that a ring starts with an even round."""
        return first if not ring else -(-first // (2 * ring)) * 2 * ring

    def _move_back(self, server: Server) -> None:
        """Bring home what the last round left in the other folder."""
        visitor = client.Client(server)
        try:
            for number in range(_RING):
                path = server.root + f"moved/f{number}"
                if visitor.ask("HEAD", path, **server.headers).status == 200:
                    visitor.dav(
                        "MOVE",
                        f"moved/f{number}",
                        Destination=f"{server.origin}{server.root}list1000/f{number}",
                        Overwrite="T",
                    )
        finally:
            visitor.close()

    def listings(self, sizes: Sequence[int]) -> None:
        """Time of a whole Depth 1 listing, one client."""
        for size, target in ((1000, 15), (10_000, 150)):
            if size not in sizes:
                continue
            row = Row(f"PROPFIND Depth 1, {size:,} entries", "ms", target, floor=False)
            for round_ in range(3 * self.rounds + 1):
                for server in self.servers:
                    before = processes.cpu(server.pid)
                    figure = client.listing(server, f"list{size}", size)
                    if round_:
                        row.add(server.name, figure)
                        if server is self.collab:
                            row.cost.append((processes.cpu(server.pid) - before) * 1e3)
            self.rows.append(row)
            self.tell(f"  {row.title}: {row.best('Collab'):.1f} ms")

    def large(self, size: int) -> None:
        """A large file up and down, and what it does to the memory of all processes; a slow reader too."""
        file = self.home / "large"
        with file.open("wb") as target:
            for _block in range(size // MIB):
                target.write(os.urandom(MIB))
        _use(self.home / "used", size * self.rounds * (len(self.servers) + 1) // MIB)
        title = f"{size // MIB:,} MiB" if size < 1 << 30 else f"{size >> 30} GiB"
        up, down = Row(f"{title} up, hashed and synced", "MB/s", 500), Row(f"{title} down", "MB/s", 2000)
        growth = Row("memory growth, up and down", "MB", 30, floor=False)
        for round_ in range(self.rounds):
            _use(self.home / "used", size // MIB)
            plain = _copy(file, self.home / f"plain{round_}") / 1e6
            self.tell(f"  {title}: a plain file, written and synced: {plain:,.0f} MB/s")
            for server in self.servers:
                _use(self.home / "used", size // MIB)
                up.add(server.name, client.send(server, file, f"large{round_}") / 1e6)
                os.sync()  # what is still being written back would be measured with the download
                down.add(server.name, client.fetch(server, f"large{round_}") / 1e6)
                self.tell(
                    f"  {title}: {server.name} up {up.runs[server.name][-1]:,.0f} MB/s, down"
                    f" {down.runs[server.name][-1]:,.0f} MB/s"
                )
        # not while speed is measured: each look at the memory of a dozen processes takes 15 ms
        for server in self.servers:
            with processes.Peak(server.pid) as peak:
                client.send(server, file, "watched")
                client.fetch(server, "watched")
            growth.add(server.name, peak.growth / MIB)
        slow = Row("memory growth, reader of 40 KB/s", "MB", 30, floor=False)
        for server in self.servers:
            with processes.Peak(server.pid) as peak:
                client.read_slowly(server, "large0", seconds=12 if self.rounds > 1 else 5)
            slow.add(server.name, peak.growth / MIB)
        for one in (file, *self.home.glob("plain*")):  # only now: room that was used before is faster
            one.unlink()
        self.rows += [up, down, growth, slow]

    def page(self, size: int) -> None:
        """The web page of a large folder: its first byte, for a signed-in person."""
        row = Row(f"page of {size:,} entries, first byte", "ms", 100, floor=False)
        cookies = client.sign_in(self.collab, self.collab.login_password)
        visitor = client.Client(self.collab)
        address = "/files/"
        for step in (None, f"list{size}"):
            answer = visitor.ask("GET", address, **cookies)
            while answer.status in {301, 302} and answer.headers["Location"]:
                address = answer.headers["Location"].removeprefix(self.collab.origin)
                answer = visitor.ask("GET", address, **cookies)
            if step:
                break
            found = re.search(rf'href="([^"]*/list{size})/?"'.encode(), answer.body)
            address = found[1].decode() if found else f"/files/@~{self.collab.user}/list{size}"
        if answer.status != 200:
            raise processes.CannotMeasure(f"{address} answered {answer.status}")
        for _round in range(5 * self.rounds):
            answer = visitor.ask("GET", address, **cookies)
            row.add("Collab", answer.first)
        visitor.close()
        self.tell(f"  {address}: {len(answer.body):,} bytes, first byte {row.best('Collab'):.1f} ms")
        self.rows.append(row)

    def share(self) -> None:
        """The first share of a large folder, and what others notice of it."""
        rows, told = sharing.share(self.collab, self.rounds)
        self.tell(f"  {told}")
        self.rows += rows

    def sockets(self) -> None:
        """Open pages by the thousand that hear of the same changes."""
        rows, told = sockets.sockets(self.collab, self.seconds * 2)
        self.tell(f"  {told}")
        self.rows += rows

    def board(self) -> None:
        """The rights board of 200 groups by 300 things, drawn; and who has access to one of a million nodes."""
        found = json.loads(self.collab.ask("rights"))
        for name, title, target in (
            ("board", "rights board, 200 × 300, server side", 300),
            ("access", "who has access, among 1,000,000 nodes", 20),
        ):
            row = Row(title, "ms", target, floor=False)
            taken, worked = found[name]
            row.add("Collab", taken)
            row.cost.append(worked)
            self.rows.append(row)
            self.tell(f"  {title}: {taken:.1f} ms, {worked:.1f} of them CPU of Python")

    def search(self) -> None:
        """Searches among a million things, by people of a large house, with what is shown of the results."""
        for who, figures in json.loads(self.collab.ask("search")).items():
            for what, (median, high) in figures.items():
                row = Row(f"search, {what}, {who}, p95", "ms", 50, floor=False)
                row.add("Collab", high)
                self.rows.append(row)
                self.tell(f"  {row.title}: {high:.1f} ms, median {median:.1f}")

    def activity(self) -> None:
        """A page of activity of a space with a million changes, of which one sees all, some, or the oldest."""
        for name, (taken, worked) in json.loads(self.collab.ask("activity")).items():
            self._pages(f"page of activity, 1,000,000 changes, {name}", 50, taken, worked)

    def home_page(self) -> None:
        """The home page of somebody in twenty spaces."""
        taken, worked, queries = json.loads(self.collab.ask("home page"))["home"]
        self._pages("home page", 60, taken, worked)
        row = Row("queries, home page", "", 15, floor=False)
        row.add("Collab", queries)
        self.rows.append(row)
        self.tell(f"  home page: {queries} queries")

    def polls(self) -> None:
        """The page of a poll of sixty options and five hundred voters, and how many votes a second it takes in."""
        found = json.loads(self.collab.ask("polls"))
        self._pages("page of a large poll", 200, *found["page"])
        row = Row("votes in one poll", "/s", 200)
        row.add("Collab", found["votes"])
        self.rows.append(row)
        self.tell(f"  votes: {found['votes']:.0f} a second")

    def calendar_pages(self) -> None:
        """The pages of twenty calendars with fifty thousand entries."""
        for view, figures in json.loads(self.collab.ask("calendar pages")).items():
            self._pages(f"{view} of 20 calendars, 50,000 entries", calendar_pages.VIEWS[view], *figures)

    def chat(self) -> None:
        """A channel of a million messages: opened, searched, and talked in by one after another."""
        found = json.loads(self.collab.ask("chat"))
        for what, target in chat.TARGETS.items():
            self._pages(f"channel of 1,000,000 messages, {what}", target, *found[what])
        row = Row("messages said in a channel", "/s", 100)
        row.add("Collab", found["said"])
        self.rows.append(row)
        self.tell(f"  messages: {found['said']:.0f} a second")

    def _pages(self, title: str, target: float, taken: float, worked: float) -> None:
        row = Row(title, "ms", target, floor=False)
        row.add("Collab", taken)
        row.cost.append(worked)
        self.rows.append(row)
        self.tell(f"  {title}: {taken:.1f} ms, {worked:.1f} of them CPU of Python")

    def queries(self) -> None:
        """How many queries each DAV operation makes."""
        for name, count in json.loads(self.collab.ask("queries")).items():
            reading = name.startswith(("GET", "PROPFIND"))
            row = Row(f"queries, {name}", "", 2 if reading else 8, floor=False)
            row.add("Collab", count)
            self.rows.append(row)


def _use(path: Path, mebibytes: int) -> None:
    """Write so much and let it go: a virtual machine is given room on the disk, and memory, at the first use of it.

    Of memory that it gave back a few seconds ago each page costs some 10 µs, ten times what copying into it takes.
    """
    block = os.urandom(MIB)
    with path.open("wb", buffering=0) as file:
        for _block in range(mebibytes):
            file.write(block)
        os.fsync(file.fileno())
    path.unlink()
    os.sync()


def _copy(source: Path, target: Path) -> float:
    """Write a file as plainly as can be and have it on the disk; return bytes per second: no server is faster here."""
    begin = time.perf_counter()
    with source.open("rb") as content, target.open("xb", buffering=0) as file:
        while block := content.read(MIB):
            file.write(block)
        os.fsync(file.fileno())
    return source.stat().st_size / (time.perf_counter() - begin)
