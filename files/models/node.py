"""The tree: folders and files as rows, names as given, rights by acl."""

from django.conf import settings
from django.db import connection, models

from collab.lib.errors import NotFound
from collab.lib.text import sort_key
from collab.rights.models import Acl
from collab.rights.querysets import GuardedQuerySet
from collab.spaces.models import Space
from files.models.blob import Blob


class NodeQuerySet(GuardedQuerySet["Node"]):
    def living(self):
        """Nodes that are not in the trash."""
        return self.filter(trash=None)

    def inside(self, folder):
        """Direct children of the folder, living."""
        return self.filter(parent=folder, trash=None)


class Node(models.Model):
    """A folder or a file. `parent` is the truth; a space's root has none and no name.

    `size`: bytes, for folders the sum of what lives below. `mtime`: unix seconds. `etag`: 32 hex digits,
    new on any change here or below. `change_seq`: the space's clock at that change. `trash`: set on the
    whole subtree of what was thrown away.
    """

    class Kind(models.IntegerChoices):
        FOLDER = 1
        FILE = 2

    ACL = "acl"
    REF_KIND = "node"

    space = models.ForeignKey(Space, models.PROTECT, related_name="nodes")
    parent = models.ForeignKey("self", models.RESTRICT, null=True, related_name="children", db_index=False)
    name = models.CharField(max_length=255)
    sort = models.CharField(max_length=300, editable=False)
    kind = models.PositiveSmallIntegerField(choices=Kind)
    acl = models.ForeignKey(Acl, models.PROTECT, related_name="nodes", db_index=False)
    blob = models.ForeignKey(Blob, models.RESTRICT, null=True, related_name="nodes", db_index=False)
    size = models.BigIntegerField(default=0)
    mtime = models.BigIntegerField()
    etag = models.CharField(max_length=32)
    change_seq = models.BigIntegerField(default=0)
    trash = models.ForeignKey("Trash", models.RESTRICT, null=True, related_name="nodes", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)
    # without an index: only the end of an account asks by it, and every write would pay
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    modified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    objects = NodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="files_node_name", condition=models.Q(trash=None)),
            models.UniqueConstraint(fields=["space"], name="files_node_root", condition=models.Q(parent=None)),
            models.CheckConstraint(
                condition=models.Q(kind=1, blob=None) | models.Q(kind=2, blob__isnull=False),
                name="files_node_file_has_blob",
            ),
            models.CheckConstraint(condition=models.Q(size__gte=0), name="files_node_size"),
        ]
        indexes = [
            models.Index(fields=["parent", "kind", "sort", "id"], name="files_node_listing"),
            # "changed last": few circles with little in them, and many with much
            # with the id: what lies in the circles of somebody is listed without looking at the rows
            models.Index(fields=["acl", "-mtime"], name="files_node_recent", include=["id"]),
            models.Index(fields=["-mtime", "-id"], name="files_node_latest", condition=models.Q(trash=None, kind=2)),
            # without the rows that have none: most have no trash, and each write would pay for an entry that says so
            models.Index(fields=["blob"], name="files_node_blob", condition=models.Q(blob__isnull=False)),
            models.Index(fields=["trash"], name="files_node_trash", condition=models.Q(trash__isnull=False)),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.sort = sort_key(self.name)
        super().save(*args, **kwargs)

    @property
    def is_folder(self):
        return self.kind == self.Kind.FOLDER

    @property
    def is_root(self):
        return self.parent_id is None

    @property
    def is_top_of_team(self):
        """Whether it is the folder of a team's space: what is given on it is given on the space."""
        return self.is_root and not self.space.is_personal

    def ancestor_ids(self):
        """Ids from the space's root down to this node, itself included. One query."""
        return ancestor_ids(self.pk)

    def hold(self):
        """Lock its space and read its acl and folder again (`rights.guarded`)."""
        from files.actions.tree import lock

        lock(self.space_id)
        living = Node.objects.living().select_related("acl", "parent", "space")
        now = living.filter(pk=self.pk, space_id=self.space_id).first()
        if now is None:
            raise NotFound  # thrown away, or moved to another space, since it was read
        self.acl, self.parent, self.space = now.acl, now.parent, now.space

    def take_acl(self, acl):
        """Use this acl for the node and all below that shared the old one (`rights.guarded`)."""
        from files.actions.homing import rehome

        rehome(self, acl)

    def is_large(self):
        """Whether so much lies inside that its first share is a job (`rights.guarded`)."""
        from files.actions.settling import is_large

        return is_large(self)

    def make_ready(self):
        """Move what lies in a large folder to its new circle in short steps (`rights.guarded`)."""
        from files.actions.settling import settle

        settle(self)

    def inherited_acl_id(self):
        """The acl of the folder it lies in; None for a space's root."""
        return self.parent.acl_id if self.parent_id else None

    def space_acl_id(self):
        """The acl of its space."""
        return self.space.acl_id

    def rights_changed(self, actor, kind, after):
        """Record it, and move the etags up to the root, so that devices look again."""
        from files.actions.recording import changed

        changed(self, actor, kind, after=after)


class Trash(models.Model):
    """One act of throwing away: what (`node` and all below, so many `things`), where it was, who and when.

    `device`: by what (`Actor.device`), "" for what the house does by itself.
    """

    ACL = "node__acl"

    space = models.ForeignKey(Space, models.CASCADE, related_name="trash")
    node = models.ForeignKey(Node, models.CASCADE, related_name="+")
    parent = models.ForeignKey(Node, models.SET_NULL, null=True, related_name="+")
    path = models.TextField()
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    deleted_at = models.DateTimeField(auto_now_add=True)
    device = models.CharField(max_length=40, blank=True, default="", db_default="")
    things = models.IntegerField(default=1, db_default=1)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["space", "-id"], name="files_trash_space"),
            models.Index(fields=["device", "deleted_at"], name="files_trash_device", condition=~models.Q(device="")),
        ]

    def __str__(self):
        return self.path


def ancestor_ids(node_id):
    """Return ids from the root down to the node, itself included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE up (id, parent_id, depth) AS (SELECT id, parent_id, 0 FROM files_node WHERE id = %s"
            " UNION ALL SELECT n.id, n.parent_id, up.depth + 1 FROM files_node n JOIN up ON n.id = up.parent_id)"
            " SELECT array_agg(id ORDER BY depth DESC) FROM up",
            [node_id],
        )
        return cursor.fetchone()[0] or []
