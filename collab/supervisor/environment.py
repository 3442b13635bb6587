"""Commands other than `serve`: they use the servers that run, or start them for as long as they need them."""

import contextlib
import os
import sys
from collections.abc import Iterator

from collab.supervisor.embedded import CannotStart, Embedded
from collab.supervisor.instance import Instance

# These read no data, and must work while a database cannot start.
WITHOUT_DATA = {"", "--help", "--version", "check", "collectstatic", "compilemessages", "diffsettings", "help"}
WITHOUT_DATA |= {"makemessages", "startapp", "version"}


@contextlib.contextmanager
def servers(arguments: list[str]) -> Iterator[None]:
    """Set DATABASE_URL and REDIS_URL while a command runs; the last process to need the servers ends them."""
    if (arguments or [""])[0] in WITHOUT_DATA:
        yield
        return
    started = ensure()
    try:
        yield
    finally:
        for server in started:
            server.stop()


def ensure() -> list[Embedded]:
    """Return the servers that were started or adopted because no address was set, with their addresses exported."""
    instance = Instance.from_environment()
    try:
        return instance.start_servers(tied=False)
    except CannotStart as reason:
        sys.exit(str(reason))
    finally:
        os.environ["COLLAB_DATA"] = str(instance.data)
