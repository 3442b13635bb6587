"""Selections of pictures that people make: an album lies in a space and has rights of its own, its pictures theirs."""

from django.conf import settings
from django.db import models

from collab.lib.errors import NotFound
from collab.rights.models import Acl
from collab.rights.querysets import GuardedQuerySet
from collab.spaces.models import Space
from files.models.node import Node


class AlbumQuerySet(GuardedQuerySet["Album"]):
    def living(self):
        """Albums that were not thrown away."""
        return self.filter(deleted_at=None)


class Album(models.Model):
    """A named selection of pictures of one space (decision 21).

    Its rights say who sees, fills and shares the album; a picture in it is shown to whom may see that picture. Whoever
    has a link to it sees those that the link's maker may share. `deleted_at`: thrown away, brought back by Undo.
    """

    ACL = "acl"
    REF_KIND = "album"

    space = models.ForeignKey(Space, models.CASCADE, related_name="albums")
    name = models.CharField(max_length=200)
    acl = models.ForeignKey(Acl, models.PROTECT, related_name="albums")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)

    objects = AlbumQuerySet.as_manager()

    def __str__(self):
        return self.name

    def hold(self):
        """Lock its space and read its acl again (`rights.guarded`)."""
        from files.actions.tree import lock

        lock(self.space_id)
        now = Album.objects.living().select_related("acl", "space").filter(pk=self.pk).first()
        if now is None:
            raise NotFound
        self.acl, self.space = now.acl, now.space

    def take_acl(self, acl):
        """Use this acl from now on (`rights.guarded`)."""
        self.acl = acl
        self.save(update_fields=["acl"])

    def inherited_acl_id(self):
        """The acl of its space, whose rights add to its own."""
        return self.space.acl_id

    def space_acl_id(self):
        """The acl of its space."""
        return self.space.acl_id

    def rights_changed(self, actor, kind, after):
        """Record it in the change log of the space."""
        from collab.events.log import record

        record(self.space_id, kind, (self.REF_KIND, self.pk), actor.user.pk if actor.user else None, after=after)


class AlbumItem(models.Model):
    """A picture in an album."""

    ACL = "album__acl"

    album = models.ForeignKey(Album, models.CASCADE, related_name="items", db_index=False)
    node = models.ForeignKey(Node, models.CASCADE, related_name="album_items")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    added_at = models.DateTimeField(auto_now_add=True)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["album", "node"], name="files_albumitem_once")]

    def __str__(self):
        return f"{self.album_id}: {self.node_id}"
