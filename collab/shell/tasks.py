"""Background work of the frame."""

import logging

from celery import shared_task

from collab.shell import erasing

logger = logging.getLogger(__name__)


@shared_task
def erase_when_due() -> None:
    """Delete the house when its owner asked for it seven days ago; until then, nothing."""
    wanted = erasing.asked()
    if wanted is not None and wanted.is_due:
        erasing.erase()
        logger.warning("this house was deleted, as its owner had asked; `manage.py setup-link` begins a new one")
