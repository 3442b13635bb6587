"""The picture on top of a space's front page."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

from django.db import transaction

from collab.events import log
from collab.lib import pictures
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.actions.common import lock, person, require_living
from collab.spaces.models import Cover, Space

WIDTH, HEIGHT = 1600, 400
MOST = 5 * 10**6
"""Bytes of a picture as it is sent."""


def cover(actor: Actor, space: Space, file: BinaryIO) -> None:
    """Put a picture on top of the front page: JPEG, PNG or WebP, cut to a wide strip. Needs MANAGE.

    Raises Forbidden, BadInput (not such a picture), TooLarge.
    """
    actor.require(space, Right.MANAGE)
    require_living(space)
    picture = pictures.strip(file, WIDTH, HEIGHT, most=MOST)  # takes its time: nothing is locked meanwhile
    with transaction.atomic():
        lock(space)
        require_living(space)
        put(space, picture.content, picture.media_type)
        log.record(space.pk, "cover", ("space", space.pk), person(actor).pk, after={"cover": True})


@transaction.atomic
def uncover(actor: Actor, space: Space) -> None:
    """Take the picture away. Needs MANAGE."""
    actor.require(space, Right.MANAGE)
    lock(space)
    require_living(space)
    if not space.cover_etag:
        return
    Cover.objects.filter(space=space).delete()
    space.cover_etag = ""
    space.save(update_fields=["cover_etag"])
    log.record(space.pk, "cover", ("space", space.pk), person(actor).pk, after={"cover": False})


def put(space: Space, content: bytes, media_type: str) -> None:
    """Keep the picture as the space's cover; rights are the caller's question."""
    Cover.objects.update_or_create(space=space, defaults={"image": content, "media_type": media_type})
    space.cover_etag = hashlib.sha256(content).hexdigest()[:32]
    space.save(update_fields=["cover_etag"])
