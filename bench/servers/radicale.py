"""Radicale and Xandikos: the small CalDAV servers that people run at home, from PyPI (`make clients`)."""

from __future__ import annotations

from pathlib import Path

from bench.processes import CannotMeasure, Program
from bench.servers.base import Server

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / ".tools" / "calendar-servers" / "venv" / "bin"
_MAKE = (
    b'<d:mkcol xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop><d:resourcetype><d:collection/>'
    b"<c:calendar/></d:resourcetype></d:prop></d:set></d:mkcol>"
)


class CalendarServer(Server):
    """A server with one calendar at `calendar`, for everybody who asks."""

    calendar = ""
    takes_all = False
    """Whether a PUT to the calendar itself replaces all that is in it."""

    def program_of(self, name: str) -> Path:
        """Return where a program is. Raise CannotMeasure when it was not fetched."""
        found = PROGRAMS / name
        if not found.exists():
            raise CannotMeasure(f"{name} is not installed: make clients fetches it")
        return found

    def make(self) -> None:
        """Make the calendar."""
        from bench.client import Client  # it speaks to servers

        door = Client(self)
        answer = door.ask("MKCOL", self.calendar, _MAKE, **{**self.headers, "Content-Type": "application/xml"})
        door.close()
        if answer.status != 201:
            raise CannotMeasure(f"{self.name} makes no calendar: {answer.status} {answer.body[:200]!r}")


class Radicale(CalendarServer):
    """Files in folders; reads an entry by vobject and writes it anew. Whoever signs in has what is theirs."""

    name = "Radicale"
    user, password = "bench", "bench"
    takes_all = True
    calendar = "/bench/measured/"

    def start(self) -> None:
        command = [
            self.program_of("radicale"), "--config", "", "--server-hosts", f"127.0.0.1:{self.port}",
            "--auth-type", "none", "--storage-filesystem-folder", self.home / "files", "--logging-level", "error",
        ]  # fmt: skip
        self.program = Program(command, self.home / "log")
        self._await_port()
        self.make()


class Xandikos(CalendarServer):
    """Files in a Git repository; no accounts at all."""

    name = "Xandikos"
    calendar = "/user/calendars/measured/"

    def start(self) -> None:
        command = [
            self.program_of("xandikos"), "serve", "--directory", self.home / "files", "--listen-address", "127.0.0.1",
            "--port", self.port, "--current-user-principal", "/user", "--defaults",
        ]  # fmt: skip
        self.program = Program(command, self.home / "log")
        self._await_port()
        self.make()
