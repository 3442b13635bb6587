"""Background work of the search; each task is one call."""

from celery import shared_task

from collab.lib.errors import Unavailable
from collab.search import extraction, indexing, recent


@shared_task
def read_texts() -> None:
    """Read the texts that wait, and look through the spaces in which much changed."""
    indexing.rounds()
    try:
        if extraction.read_waiting():
            extraction.call()
    except Unavailable:
        return  # the store of files is away: the next minute tries again


@shared_task
def look_through() -> None:
    """Find what the index lacks, forget what is gone, and know the newest."""
    indexing.look_through()
    indexing.tidy()
    extraction.call()
    recent.keep()
