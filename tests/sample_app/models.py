"""Whiteboards: something in a space that can be shared."""

from typing import Any

from django.db import models

from collab.events import log
from collab.rights.models import Acl
from collab.rights.querysets import GuardedQuerySet
from collab.spaces.models import Space


class Whiteboard(models.Model):
    """A titled board; it uses its space's circle until it is shared further."""

    ACL = "acl"
    REF_KIND = "whiteboard"

    space = models.ForeignKey(Space, models.CASCADE, related_name="+")
    acl = models.ForeignKey(Acl, models.PROTECT, related_name="+")
    title = models.CharField(max_length=100)

    objects = GuardedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title

    def hold(self) -> None:
        self.space.hold()
        self.refresh_from_db(fields=["acl"])

    def take_acl(self, acl: Acl) -> None:
        self.acl = acl
        self.save(update_fields=["acl"])

    def inherited_acl_id(self) -> int:
        return self.space.acl_id

    def space_acl_id(self) -> int:
        return self.space.acl_id

    def rights_changed(self, actor: Any, kind: str, after: dict[str, Any]) -> None:
        log.record(self.space_id, kind, ("whiteboard", self.pk), actor.user.pk if actor.user else None, after=after)
