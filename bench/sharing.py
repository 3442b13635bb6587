"""The first share of a folder of 100,000 things, while others work in the same space."""

from __future__ import annotations

import json
import statistics
import threading
import time

from bench.client import Client
from bench.load import PROPERTIES
from bench.processes import CannotMeasure
from bench.results import Row
from bench.servers.collab import Collab

NODES = 100_000
WORKERS = 2
BEFORE = 2.0
"""Seconds of the same work before the share, to compare with."""


def share(collab: Collab, rounds: int) -> tuple[list[Row], str]:
    """Return the rows: how long the share took, and the 95th percentile of the others before and meanwhile."""
    rows = [
        Row(f"first share of {NODES:,} things", "s", 3, floor=False),
        Row("others meanwhile, p95", "ms", 100, floor=False),
        Row("others before, p95", "ms", floor=False),
        Row("others meanwhile, longest", "ms", floor=False),
    ]
    for round_ in range(rounds):
        for row, figure in zip(rows, _once(collab, round_), strict=True):
            row.add(collab.name, figure)
    return rows, ", ".join(f"{row.title} {row.best(collab.name):,.1f} {row.unit}" for row in rows)


def _once(collab: Collab, round_: int) -> tuple[float, float, float, float]:
    node = json.loads(collab.ask("tree", f"tree{round_}", str(NODES)))
    times: list[tuple[float, float]] = []
    stop = threading.Event()

    def work(number: int) -> None:
        """Write and look, in the space whose folder is shared."""
        own, count = Client(collab), 0
        while not stop.is_set():
            begin = time.monotonic()
            if count % 2:
                own.dav("PROPFIND", "", PROPERTIES.encode(), Depth="0")
            else:
                own.dav("PUT", f"other{number}-{count % 20}", b"x" * 1024)
            times.append((begin, (time.monotonic() - begin) * 1e3))
            count += 1
            time.sleep(0.005)
        own.close()

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(WORKERS)]
    for thread in threads:
        thread.start()
    time.sleep(BEFORE)
    asking, place = Client(collab), ""
    begin = time.monotonic()
    answer = asking.ask(
        "POST",
        f"/api/v1/shares/node/{node}",
        json.dumps({"username": "friend", "role": "reader"}).encode(),
        **{"Authorization": f"Bearer {collab.password}", "Content-Type": "application/json"},
    )
    while answer.status == 202 or (answer.status == 200 and json.loads(answer.body)["state"] in {"waiting", "running"}):
        place = answer.headers["Location"] or place
        time.sleep(0.1)
        answer = asking.ask("GET", place, **{"Authorization": f"Bearer {collab.password}"})
    end = time.monotonic()
    stop.set()
    for thread in threads:
        thread.join(60)
    if answer.status not in {200, 201} or json.loads(answer.body).get("state", "done") != "done":
        raise CannotMeasure(f"the share was refused: {answer.status} {answer.body[:500]!r}")
    before = [took for at, took in times if at < begin]
    # whoever began before the end has waited for some of it
    meanwhile = [took for at, took in times if at + took / 1e3 > begin and at < end]
    return end - begin, _p95(meanwhile), _p95(before), max(meanwhile)


def _p95(figures: list[float]) -> float:
    return statistics.quantiles(figures, n=20)[-1] if len(figures) > 1 else max(figures, default=0.0)
