"""`manage.py serve`: start everything behind one address, keep it alive, end it cleanly."""

import argparse
import contextlib
import fcntl
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from collab.supervisor import front, programs
from collab.supervisor.answering import answers
from collab.supervisor.children import Child, kill_leftovers
from collab.supervisor.embedded import CannotStart, Embedded
from collab.supervisor.instance import ROOT, Instance
from collab.supervisor.prepare import KEY_MISSING
from collab.supervisor.processes import ask_for_signal_at_death_of_parent, die_with_parent

# How often what nobody announces is looked at: servers that were adopted, logs that grew.
ROUND = 5.0
SLOWEST_START = 180.0


def main(arguments: list[str]) -> int:
    """Serve until SIGINT or SIGTERM; return the exit status."""
    parser = argparse.ArgumentParser(prog="manage.py serve", description=__doc__)
    parser.add_argument(
        "--end-with-parent", action="store_true", help="end when the program that started this one dies"
    )
    if parser.parse_args(arguments).end_with_parent:
        ask_for_signal_at_death_of_parent(signal.SIGTERM)
    instance = Instance.from_environment()
    try:
        with alone(instance):
            return Supervisor(instance).run()
    except CannotStart as reason:
        say(str(reason))
        return 1


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextlib.contextmanager
def alone(instance: Instance) -> Iterator[None]:
    """Hold the data directory for this supervisor. Raise CannotStart when another one has it."""
    try:
        instance.make_directories()
        lock = (instance.data / "serve.lock").open("a+")
    except OSError as failure:
        raise CannotStart(
            f"The data directory {instance.data} cannot be used: {failure.strerror}. Choose another one: COLLAB_DATA=…"
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotStart(
                f"Collab already runs with the data in {instance.data} (process {lock.read().strip() or '?'})."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


class Supervisor:
    """The one process at the top: it starts the others, and is the only one that ends them."""

    def __init__(self, instance: Instance) -> None:
        """Start nothing yet."""
        self.instance = instance
        self.servers: list[Embedded] = []
        self.children: list[Child] = []
        self.ending = 0

    def run(self) -> int:
        """Start, watch, end."""
        wake = self._listen_to_signals()
        try:
            self._start()
            self._start_children(wake)
            self._announce()
            while not self.ending:
                self._wait(wake, ROUND)
                self._tend()
            return 0
        except Interrupted:
            return 0
        finally:
            self._end()

    def _listen_to_signals(self) -> int:
        """Return a descriptor that becomes readable when a signal arrives, so that the loop need not poll."""
        read, write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_end)
        return read

    def _asked_to_end(self, number: int, frame: object) -> None:
        self.ending += 1
        if self.ending == 1:
            say("Ending …")
        elif self.ending > 2:
            for child in self.children:
                child.patience = 0

    def _start(self) -> None:
        instance = self.instance
        first = not (instance.data / "postgres").exists()
        front.require_ports(instance)
        kill_leftovers(instance.fingerprint())
        say("Preparing a new instance …" if first else "Starting …")
        self.servers = instance.start_servers(tied=True)
        self.link = self._prepare()
        self._stop_here_if_asked()

    def _prepare(self) -> str:
        """Migrate and collect in a process of its own, so that its memory is given back; return the owner's link."""
        environment = os.environ | {
            "COLLAB_DATA": str(self.instance.data), "COLLAB_URL": self.instance.url, "PYTHONPATH": str(ROOT),
            "COLLAB_INSTANCE": self.instance.fingerprint(),
        }  # fmt: skip
        log = self.instance.logs / "prepare.log"
        with log.open("wb") as errors:
            result = subprocess.run(
                [sys.executable, "-m", "collab.supervisor.prepare"], env=environment, cwd=ROOT, check=False,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True,
                start_new_session=True, preexec_fn=die_with_parent(signal.SIGTERM),
            )  # fmt: skip
        self._stop_here_if_asked()
        if result.returncode == KEY_MISSING:
            raise CannotStart(tail(log).strip())
        if result.returncode:
            raise CannotStart(f"The database could not be prepared:\n{tail(log)}")
        return result.stdout.strip()

    def _start_children(self, wake: int) -> None:
        """Start what answers pages, and the rest once it does: together they would all be slow."""
        later = []
        for child in programs.children(self.instance):
            if child.name in {"web", "front"}:
                self.children.append(child)
                child.start()
            else:
                later.append(child)
        self._await_answer(wake)
        for child in later:
            self.children.append(child)
            child.start()

    def _await_answer(self, wake: int) -> None:
        """Wait until pages are answered. Raise CannotStart when a process cannot stay up."""
        deadline = time.monotonic() + SLOWEST_START
        web = self.instance.sockets() / "web.sock"
        while not answers(web):
            self._wait(wake, 0.1)
            self._stop_here_if_asked()
            self._tend()
            for child in self.children:
                if child.restarts >= 3:
                    raise CannotStart(f"{child.title} does not stay up. The end of its log:\n{tail(child.log)}")
            if time.monotonic() > deadline:
                raise CannotStart(f"The web server does not answer. Its log: {self.instance.logs / 'web.log'}")

    def _announce(self) -> None:
        say(f"\n  Collab is ready: {self.instance.url}\n")
        if self.link:
            say(f"  It has no owner yet. Create the owner's account here, once:\n  {self.link}\n")
        say(f"  Data and logs: {self.instance.data}    Ctrl-C ends everything.\n")

    def _wait(self, wake: int, seconds: float) -> None:
        """Sleep until a signal, a restart that is due, or the end of the round."""
        now = time.monotonic()
        due = [child.restart_at - now for child in self.children if child.restart_at]
        if select.select([wake], [], [], max(0.0, min([seconds, *due])))[0]:
            with contextlib.suppress(BlockingIOError):
                os.read(wake, 4096)

    def _tend(self) -> None:
        """Restart what ended."""
        if self.ending:
            return
        for server in self.servers:
            if not server.running():
                say(f"{server.name} ended; it starts again.")
                try:
                    server.start()
                except CannotStart as reason:
                    say(str(reason))
        for child in self.children:
            if news := child.tend():
                say(news)

    def _stop_here_if_asked(self) -> None:
        if self.ending:
            raise Interrupted

    def _end(self) -> None:
        """End the front first, so that what it carries can finish, and the data's servers last."""
        self.ending = max(self.ending, 1)
        for child in reversed(self.children):
            if child.name == "front":
                child.end()
        for child in self.children:
            child.ask_to_end()
        for child in self.children:
            child.end()
        for server in reversed(self.servers):
            server.stop()


class Interrupted(Exception):
    """The person asked to end while everything was still starting."""


def tail(log: Path, lines: int = 15) -> str:
    """Return the last lines of a log."""
    with contextlib.suppress(OSError):
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    return ""
