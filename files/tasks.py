"""Periodic work of files; each task is one call."""

from celery import shared_task

from collab.dav import locks
from collab.rights.sweep import sweep
from files.actions import uploading, versions
from files.strays import sweep_strays
from files.sweeping import expire_trash, sweep_blobs


@shared_task
def tidy():
    """Expired grants and locks, old trash, thinned versions, stray uploads and blobs, what crashes left."""
    sweep()
    locks.sweep()
    expire_trash()
    versions.thin()
    uploading.collect()
    sweep_blobs()
    sweep_strays()
