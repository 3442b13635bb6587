"""What apps keep in a space and share as a whole: a poll, a calendar."""

from __future__ import annotations

from typing import Any

from django.db import models

from collab.events.log import record
from collab.lib.errors import NotFound
from collab.rights.models import Acl


class Thing(models.Model):
    """It lies in a `space` and has its circle `acl`, until it is shared further (`rights.guarded`).

    A model of an app has both as fields, `ACL` and `REF_KIND`, and a manager whose `living()` leaves out the trash.
    """

    REF_KIND: str
    space: Any
    space_id: int
    acl: Any
    acl_id: int
    objects: Any

    class Meta:
        abstract = True

    def hold(self) -> None:
        """Lock its space, the one lock of everything inside, and read it again. Raises NotFound, Forbidden."""
        self.space.hold()
        now = type(self).objects.living().select_related("acl").filter(pk=self.pk).first()
        if now is None:
            raise NotFound
        for field in self._meta.concrete_fields:
            setattr(self, field.attname, getattr(now, field.attname))
        self.acl = now.acl

    def take_acl(self, acl: Acl) -> None:
        """Use this acl from now on."""
        self.acl = acl
        type(self).objects.filter(pk=self.pk).update(acl=acl)

    def inherited_acl_id(self) -> int:
        """The acl of its space, whose rights add to its own."""
        return self.space_acl_id()

    def space_acl_id(self) -> int:
        """The acl of its space."""
        acl: int = self.space.acl_id
        return acl

    def rights_changed(self, actor: Any, kind: str, after: dict[str, Any]) -> None:
        """Record it in the change log of the space."""
        record(self.space_id, kind, (self.REF_KIND, self.pk), actor.user.pk if actor.user else None, after=after)
