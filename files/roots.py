"""Every space has its root folder from birth."""

import time
import uuid

from django.db.models.signals import post_save

from collab.spaces.models import Space
from files.models import Node


def make_root(sender, instance, created, raw=False, **kwargs):
    """Give a new space its root folder."""
    if created and not raw:
        Node.objects.create(
            space=instance,
            name="",
            kind=Node.Kind.FOLDER,
            acl_id=instance.acl_id,
            mtime=int(time.time()),
            etag=uuid.uuid4().hex,
            created_by=instance.created_by,
            modified_by=instance.created_by,
        )


def connect():
    """Attach the receiver; called once when the app is ready."""
    post_save.connect(make_root, sender=Space, dispatch_uid="files.root")
