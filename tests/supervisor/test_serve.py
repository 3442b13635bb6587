"""The whole stack as a person starts it."""

import os
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from collab.supervisor.instance import ROOT
from collab.supervisor.processes import alive, wait_until

PORT = 18181
COMMAND = [sys.executable, "manage.py", "serve"]


@pytest.fixture(scope="module")
def environment(passable):
    data = passable()
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("COLLAB_", "DATABASE_", "REDIS_"))}
    return kept | {"COLLAB_DATA": str(data / "instance"), "COLLAB_PORT": str(PORT)}


def page(path: str) -> httpx.Response | None:
    try:
        return httpx.get(f"http://localhost:{PORT}{path}", timeout=20)
    except httpx.TransportError:
        return None


def answers() -> bool:
    answer = page("/accounts/login/")
    return answer is not None and answer.status_code == 200


def serve(environment) -> tuple[subprocess.Popen, str]:
    """Start it, and return it with what it said up to the line that ends the announcement."""
    process = subprocess.Popen(COMMAND, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C" in line:
            break
    return process, said


def finish(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    process.stdout.close()


def descendants(pid: int) -> dict[int, str]:
    """Return every process below one, with its command line."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    below = {pid}
    for _ in range(8):
        below |= {child for child, parent in parents.items() if parent in below}
    found = {}
    for child in below - {pid}:
        try:
            found[child] = (Path("/proc") / str(child) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


@pytest.mark.long
def test_it_starts_answers_recovers_and_leaves_nothing(environment):
    process, said = serve(environment)
    try:
        assert f"http://localhost:{PORT}" in said
        link = re.search(rf"http://localhost:{PORT}(/setup/\S+)", said).group(1)
        assert answers()
        assert page(link).status_code == 200

        second, words = serve(environment)
        assert second.wait(30) == 1
        assert f"already runs with the data in {environment['COLLAB_DATA']} (process {process.pid})" in words

        front = next(pid for pid, line in descendants(process.pid).items() if "caddy run" in line)
        database = next(pid for pid, line in descendants(process.pid).items() if "bin/postgres -D" in line)
        for victim in (front, database):
            os.kill(victim, signal.SIGKILL)
            assert wait_until(lambda victim=victim: not alive(victim), 10)
            assert wait_until(answers, 30, pause=0.2)

        secret = Path(environment["COLLAB_DATA"]) / "secret-key"
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        children = descendants(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert not [line for pid, line in children.items() if alive(pid)]
    finally:
        finish(process)


@pytest.mark.full
def test_a_killed_supervisor_takes_its_children_along_and_the_next_start_is_clean(environment):
    process, _ = serve(environment)
    try:
        assert answers()
        children = descendants(process.pid)
        process.kill()
        finish(process)
        began = time.monotonic()
        process, said = serve(environment)
        print(f"the next start took {time.monotonic() - began:.1f} s")
        assert answers(), said
        assert not [line for pid, line in children.items() if alive(pid)]
        assert "/setup/" in said
    finally:
        finish(process)
