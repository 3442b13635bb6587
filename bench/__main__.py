"""`python -m bench [--quick] [--only put,get,…]`: measure Collab, nginx and rclone in one run, and print a table."""

from __future__ import annotations

import argparse
import datetime
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

from bench import beside, talking
from bench.measures import OPERATIONS, Bench
from bench.processes import CannotMeasure
from bench.results import table
from bench.servers.base import Server
from bench.servers.collab import Collab
from bench.servers.nginx import Nginx
from bench.servers.rclone import Rclone

PARTS = (
    "idle",
    "queries",
    *OPERATIONS,
    "listing",
    "page",
    "large",
    "board",
    "search",
    "activity",
    "home",
    "polls",
    "calendars",
    "calendar-pages",
    "chat",
    "talking",
    "sockets",
    "share",
)
LONGEST = 45 * 60
SERVERS: tuple[type[Server], ...] = (Collab, Nginx, Rclone)


def main() -> int:
    """Run, and return 1 when a target was missed."""
    options = _options()
    signal.signal(signal.SIGALRM, _too_long)
    signal.signal(signal.SIGTERM, _too_long)
    signal.alarm(LONGEST)
    home = Path(tempfile.mkdtemp(prefix="collab-bench-", dir=options.directory))
    home.chmod(0o711)  # PostgreSQL, as an account of its own, must find its way through
    servers: list[Server] = []
    try:
        for number, kind in enumerate(SERVERS):
            if kind.name.lower() not in options.without:
                servers.append(kind(home / kind.name.lower(), options.port + number))
                say(f"starting {kind.name} …")
                servers[-1].start()
        bench = Bench(
            servers,
            home,
            seconds=options.seconds or (2 if options.quick else 5),
            rounds=1 if options.quick else 3,
            tell=say,
        )
        measure(bench, options.only, quick=options.quick)
    except CannotMeasure as reason:
        say(f"This cannot be measured: {reason}")
        return 2
    finally:
        signal.alarm(0)
        for server in servers:
            if hasattr(server, "program"):
                server.end()
        shutil.rmtree(home, ignore_errors=True)
    say(f"\n{_machine(bench)}\n\n{table(bench.rows)}")
    return 1 if any(row.passed is False for row in bench.rows) else 0


def measure(bench: Bench, only: list[str], *, quick: bool) -> None:
    """Take the measurements in an order in which none disturbs the next."""
    if "idle" in only:
        bench.idle()
    if "queries" in only:
        bench.queries()
    wanted = {"listing", "page", *OPERATIONS}
    sizes = [1000, *([10_000] if {"listing", "page"} & set(only) else [])]
    if wanted & set(only):
        bench.prepare(sizes)
        bench.empty()
        bench.rates([name for name in OPERATIONS if name in only])
    if "listing" in only:
        bench.listings(sizes)
    if "page" in only:
        bench.page(10_000)
    if "board" in only:
        bench.board()
    if "search" in only:
        bench.search()
    if "activity" in only:
        bench.activity()
    if "home" in only:
        bench.home_page()
    if "polls" in only:
        bench.polls()
    if "calendars" in only:
        beside.measure(bench)
    if "calendar-pages" in only:
        bench.calendar_pages()
    if "chat" in only:
        bench.chat()
    if "large" in only:
        bench.large((256 if quick else 1024) << 20)
    if "talking" in only:
        talking.measure(bench)
    if "sockets" in only:
        bench.sockets()
    if "share" in only:
        bench.share()


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short runs, a rough idea")
    parser.add_argument("--only", default=",".join(PARTS), help=f"a few of: {','.join(PARTS)}")
    parser.add_argument("--without", default="", help="leave servers out: nginx,rclone")
    parser.add_argument("--seconds", type=float, help="length of each run under load")
    parser.add_argument("--port", type=int, default=18700, help="the first of three free ports")
    parser.add_argument("--directory", help="where the throw-away data goes (a disk, not memory)")
    options = parser.parse_args()
    options.only = options.only.split(",")
    if unknown := set(options.only) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return options


def _too_long(number: int, _frame: FrameType | None) -> None:
    raise CannotMeasure("it took too long" if number == signal.SIGALRM else "it was ended")


def _machine(bench: Bench) -> str:
    """Say when and where this was measured, and how disturbed it was."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    others = max(bench.others, default=0.0)
    return (
        f"{datetime.date.today():%d %B %Y}, {cores} cores, {total:.0f} GB of memory, everything on one machine, load"
        f" included; best of {bench.rounds} runs of {bench.seconds:.0f} s; others took at most {others:.1f} cores."
    )


if __name__ == "__main__":
    sys.exit(main())
