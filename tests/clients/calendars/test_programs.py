"""Programs that people use: two machines with vdirsyncer, khal and todoman, and a client in JavaScript."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from calendars.models import Calendar, CalendarObject
from tests.clients.calendars.programs import BIN, HOME, TSDAV, needed, run
from tests.live import make_person

pytestmark = needed

SYNC = """[general]
status_path = "{base}/status/"
[pair cal]
a = "here"
b = "there"
collections = [["c1", "pim", "pim"]]
conflict_resolution = "b wins"
metadata = ["color"]
[storage here]
type = "filesystem"
path = "{base}/cal/"
fileext = ".ics"
[storage there]
type = "caldav"
url = "{url}/"
username = "alice"
password = "alice-password"
"""
KHAL = """[calendars]
[[pim]]
path = {base}/cal/pim
[locale]
local_timezone = Europe/Paris
default_timezone = Europe/Paris
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {base}/khal.db
"""
TODOMAN = """path = "{base}/cal/*"
date_format = "%Y-%m-%d"
time_format = "%H:%M"
default_list = "pim"
cache_path = "{base}/todo.db"
"""


class Machine:
    """A machine of hers, with a folder that vdirsyncer keeps like the calendar."""

    def __init__(self, base: Path, url: str):
        self.base = base
        (base / "cal").mkdir(parents=True)
        (base / "todoman").mkdir()
        (base / "sync").write_text(SYNC.format(base=base, url=url))
        (base / "khal").write_text(KHAL.format(base=base))
        (base / "todoman" / "config.py").write_text(TODOMAN.format(base=base))

    def __call__(self, program: str, *words: object) -> str:
        where = {"vdirsyncer": ["-c", self.base / "sync"], "khal": ["-c", self.base / "khal"]}.get(program, [])
        said = run([BIN / program, *where, *words], home=self.base, XDG_CONFIG_HOME=str(self.base))
        assert "Traceback" not in said, said
        return said

    def sync(self) -> str:
        return self("vdirsyncer", "sync")

    def begin(self) -> None:
        run(["sh", "-c", f"yes | {BIN}/vdirsyncer -c {self.base}/sync discover"], home=self.base)
        self.sync()

    @property
    def files(self) -> dict[str, bytes]:
        """{UID line: the text} of what it has; the line ends are each machine's own."""
        texts = [path.read_bytes().replace(b"\r\n", b"\n") for path in (self.base / "cal" / "pim").glob("*.ics")]
        return {next(line for line in text.decode().split("\n") if line.startswith("UID")): text for text in texts}

    def edit(self, before: str, after: str) -> None:
        for path in (self.base / "cal" / "pim").glob("*.ics"):
            path.write_bytes(path.read_bytes().replace(before.encode(), after.encode()))


def test_two_machines_and_the_house_hold_the_same(front_url: str, tmp_path: Path) -> None:
    make_person("alice")
    first, second = (Machine(tmp_path / name, front_url) for name in ("first", "second"))
    first.begin()
    (first.base / "cal" / "pim" / "color").write_text("#ff8800")
    first("vdirsyncer", "metasync")
    first("khal", "new", "-a", "pim", "2026-06-01", "09:00", "10:00", "Timed ü event", "::", "body text")
    first("khal", "new", "-a", "pim", "2026-06-02", "All day")
    first(
        "khal",
        "new",
        "-a",
        "pim",
        "2026-06-03",
        "14:00",
        "15:00",
        "Weekly",
        "--repeat",
        "weekly",
        "--until",
        "2026-07-30",
    )
    first("todo", "new", "--due", "2026-06-05", "-l", "pim", "Buy milk")
    first("todo", "new", "--priority", "high", "-l", "pim", "Second task")
    first("todo", "done", "1")
    first.sync()
    again = first.sync()
    assert "Copying" not in again, "what was sent came back as it was sent"
    assert "Deleting" not in again
    assert CalendarObject.objects.filter(deleted_at=None, calendar__title="pim").count() == 5
    here = (first.base / "cal" / "pim" / "color").read_text().strip()
    assert here == Calendar.objects.get(title="pim").color != "#ff8800", "the colour of the house wins, as she chose"
    second.begin()
    assert second.files == first.files
    assert len(second.files) == 5
    gone = next(path for path in (second.base / "cal" / "pim").glob("*.ics") if b"All day" in path.read_bytes())
    gone.unlink()
    second.sync()
    first.sync()
    assert not any(b"All day" in text for text in first.files.values())
    second.edit("Second task", "Edited task")
    second.sync()
    first.sync()
    assert any(b"Edited task" in text for text in first.files.values())
    first.edit("Edited task", "From A")
    second.edit("Edited task", "From B")
    first.sync()
    second.sync()
    assert any(b"From A" in text for text in second.files.values()), "the house wins, as she chose"
    assert first("khal", "list", "2026-06-01", "2026-06-20").count("Weekly") == 3


@pytest.mark.skipif(not TSDAV.exists() or not shutil.which("node"), reason="tsdav or node is not installed")
def test_a_client_in_javascript(front_url: str, tmp_path: Path) -> None:
    make_person("alice")
    script = HOME / "round.mjs"
    shutil.copy(Path(__file__).with_name("round.mjs"), script)
    said = run(["node", script, f"{front_url}/", "alice", "alice-password"], home=tmp_path, cwd=HOME)
    assert said.rstrip().endswith("16 passed"), said
