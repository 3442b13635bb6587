"""Periodic work of files; each task is one call."""

from celery import shared_task

from collab.dav import locks
from collab.lib.errors import Unavailable
from collab.rights.sweep import sweep
from files.actions import albums, bursts, importing, saving, thinning, uploading
from files.gallery import taking
from files.previews import orders
from files.strays import sweep_strays
from files.sweeping import expire_trash, sweep_blobs


@shared_task
def tidy():
    """Expired grants and locks, old trash, thinned versions, stray uploads and blobs, what crashes left."""
    sweep()
    locks.sweep()
    expire_trash()
    thinning.thin()
    uploading.collect()
    sweep_blobs()
    sweep_strays()
    taking.look_through()
    bursts.forget()
    albums.forget_old()


@shared_task
def save_draft(node_id):
    """Write what people wrote together to its file; what stands in the way is noted, and tried again by the sweep."""
    saving.flush(node_id)


@shared_task
def save_drafts():
    """Save what nobody saved."""
    saving.sweep()


@shared_task
def draw_previews():
    """Draw the previews that wait."""
    try:
        if orders.draw_waiting():
            orders.call()
    except Unavailable:
        return  # the store of files is away: the next minute tries again


@shared_task
def forget_passwords():
    """Forget the passwords of imports that nobody does any more."""
    importing.forget_passwords()
