"""The Celery worker with its beat in one process: a second one would cost 40 MB to look at a clock."""

import os
import sys
from pathlib import Path
from typing import Any

from celery.beat import EmbeddedService
from celery.signals import heartbeat_sent, worker_ready, worker_shutting_down

from collab.celery import app
from collab.lib.env import env_bool

BEHIND = 5
"""How far the work behind the pages steps back (nice): who waits for a page goes before a preview or a digest."""


def main(schedule: str) -> int:
    """Run until SIGTERM; `schedule` remembers over restarts when each periodic job ran last.

    Of several workers on one database all but one are started with COLLAB_BEAT=no.
    """
    os.nice(BEHIND)
    beat = EmbeddedService(app, thread=True, schedule_filename=schedule)

    @worker_ready.connect(weak=False)
    def begin(**_: Any) -> None:
        if env_bool("COLLAB_BEAT", default=True) and not beat.is_alive():
            beat.start()

    @heartbeat_sent.connect(weak=False)
    def tell(**_: Any) -> None:
        Path(schedule).with_name("alive").touch()

    @worker_shutting_down.connect(weak=False)
    def end(**_: Any) -> None:
        if beat.is_alive():
            beat.stop()

    level = os.environ.get("COLLAB_LOG_LEVEL", "WARNING")
    worker = app.Worker(pool="threads", concurrency=4, loglevel=level, without_gossip=True, without_mingle=True)
    worker.start()
    return int(worker.exitcode or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
