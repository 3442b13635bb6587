"""What the gallery shows: every file that a camera made, by when it was taken."""

from django.db import models

from collab.rights.querysets import GuardedQuerySet
from files.models.node import Node


class PhotoQuerySet(GuardedQuerySet["Photo"]):
    def living(self):
        """Photos that are not in the trash."""
        return self.filter(node__trash=None)


class Photo(models.Model):
    """A picture or film in the tree. `taken`: unix seconds, of its camera (`noted`) or else of the file.

    It follows from the node and what was drawn of its content, in the background (`files.gallery.taking`): the tree is
    the truth, and a node that is not drawn any more (another ending) loses its row.
    """

    ACL = "node__acl"

    node = models.OneToOneField(Node, models.CASCADE, primary_key=True, related_name="photo")
    taken = models.BigIntegerField()
    noted = models.BooleanField(default=False)
    film = models.BooleanField(default=False)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-taken", "-node"], name="files_photo_by_date")]

    def __str__(self):
        return f"photo {self.pk}"
