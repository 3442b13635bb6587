"""What a program that reads strangers' files finds of this machine: nothing, where the kernel can hide it."""

from __future__ import annotations

import ctypes
import io

import pytest

from collab.lib import confined

LIMITS = confined.Limits(memory=400 * 2**20, processor=2, seconds=10, output=10_000)


def run(tmp_path, text, **options):
    program = tmp_path / "program" / "program.py"
    program.parent.mkdir(exist_ok=True)
    program.write_text(text)
    return confined.run(program, [], io.BytesIO(b"given"), LIMITS, most=100, **options)


@pytest.fixture
def hidden():
    """Skip where the kernel has no Landlock: the other limits hold, and are tested with the search."""
    if ctypes.CDLL(None).syscall(444, None, 0, 1) < 1:
        pytest.skip("no Landlock here")


def test_no_file_of_the_house_is_seen(hidden, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("token")
    for path in (secret, "/etc/passwd", "/proc/self/environ"):
        done = run(tmp_path, f"print(open({str(path)!r}).read())")
        assert (done.status, done.output) == (1, b""), path


def test_nothing_is_written_but_in_the_room_that_it_gets(hidden, tmp_path):
    room = tmp_path / "room"
    room.mkdir()
    text = f"""
import pathlib
for place in ({str(tmp_path)!r}, {str(room)!r}):
    try:
        (pathlib.Path(place) / "made").write_text("x")
    except OSError:
        print("no")
"""
    assert run(tmp_path, text).output == b"no\nno\n"
    assert run(tmp_path, text, room=str(room)).output == b"no\n"
    assert [path.name for path in room.iterdir()] == ["made"]


def test_what_it_needs_is_there(tmp_path):
    done = run(tmp_path, "import sys, PIL.Image, zlib; print(len(sys.stdin.read()))")
    assert done.output == b"5\n"
