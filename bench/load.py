"""One kind of request at full speed, by wrk."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from pathlib import Path
from typing import NamedTuple

from bench.processes import CannotMeasure, busy, cpu, run
from bench.servers.base import Server

SCRIPT = Path(__file__).with_name("dav.lua")
CONNECTIONS = 8
PROPERTIES = (
    '<?xml version="1.0"?><d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns">'
    "<d:prop><d:getlastmodified/><d:getetag/><d:getcontentlength/><d:resourcetype/><d:getcontenttype/><oc:id/><oc:fileid/>"
    "<oc:permissions/><oc:size/><oc:checksums/><oc:share-types/><oc:favorite/></d:prop></d:propfind>"
)
"""The twelve properties that a desktop client asks of each entry."""


class Rate(NamedTuple):
    """`rate` per second, `milliseconds` of CPU per request over all of the server's processes, `others`: cores taken
    by programs that are neither the server nor the load, `refused`: answers that were no success or no answer."""

    rate: float
    milliseconds: float
    median: float
    others: float
    refused: int


class Request(NamedTuple):
    """What to send; `%d` in the paths (below the server's root) is the number of the request."""

    method: str
    path: str
    target: str = ""
    body: str = ""
    size: int = 0
    ring: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    whole: str = ""
    """A path of the server's, instead of `path` below its root."""


def press(server: Server, request: Request, *, seconds: float, first: int = 0) -> Rate:
    """Send the request over eight connections for so long. Raise CannotMeasure when wrk fails."""
    program = shutil.which("wrk")
    if program is None:
        raise CannotMeasure("wrk is not installed")
    headers = dict(request.headers) | server.headers
    environment = os.environ | {
        "BENCH_METHOD": request.method, "BENCH_BODY": request.body,
        "BENCH_PATH": request.whole or server.root + request.path,
        "BENCH_TARGET": server.origin + server.root + request.target if request.target else "",
        "BENCH_SIZE": str(request.size), "BENCH_RING": str(request.ring), "BENCH_FIRST": str(first),
        "BENCH_HEADERS": "".join(f"{name}: {value}\n" for name, value in headers.items()),
    }  # fmt: skip
    command = [program, "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--timeout", "20s", "-s", SCRIPT]
    before = busy(), cpu(server.pid), cpu(os.getpid()), time.monotonic()
    answer = run([*command, server.origin], seconds=seconds + 60, environment=environment)
    spent, elapsed = cpu(server.pid) - before[1], time.monotonic() - before[3]
    others = (busy() - before[0] - spent - (cpu(os.getpid()) - before[2])) / elapsed
    found = re.search(r"JSON (\{.*\})", answer)
    if not found:
        raise CannotMeasure(f"wrk said: {answer[-500:]}")
    told = json.loads(found[1])
    count = max(1, told["requests"])
    return Rate(
        told["requests"] / (told["microseconds"] / 1e6), spent * 1e3 / count, told["median"], max(0.0, others),
        told["refused"] + told["broken"],
    )  # fmt: skip
