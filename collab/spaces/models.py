"""Spaces and what a person pinned."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from collab.accounts.signals import admitting, lost
from collab.events import log
from collab.lib.errors import Forbidden, NotFound
from collab.lib.hues import HUES
from collab.lib.text import initials
from collab.rights import explain
from collab.rights.models import Acl
from collab.rights.querysets import GuardedQuerySet

ARCHIVED = _("This space is archived: it can be read, not changed. An administrator can bring it back.")


class SpaceQuerySet(GuardedQuerySet["Space"]):
    def team(self):
        """Spaces that a team owns."""
        return self.filter(kind=Space.Kind.TEAM)

    def living(self):
        """Spaces that are not archived."""
        return self.filter(archived_at=None)


class Space(models.Model):
    """Owner of folders, calendars, boards…; its row is THE lock of everything inside.

    `used` counts bytes of files, versions and trash against `quota` (bytes, null = unlimited), which follows the
    house's setting unless an administrator gave the space a room of its own (`own_room`);
    `seq` is the clock of its change log. `front` is the text of its front page, as Markdown. `delete_at` is set while
    an archived space waits for its end. `cover_etag` names the picture on top, "" where there is none.
    """

    class Kind(models.TextChoices):
        PERSONAL = "personal", _("Personal")
        TEAM = "team", _("Team")

    ACL = "acl"
    REF_KIND = "space"

    kind = models.CharField(max_length=10, choices=Kind)
    slug = models.CharField(max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="personal_space")
    acl = models.ForeignKey(Acl, models.PROTECT, related_name="spaces")
    hue = models.CharField(max_length=12, default=HUES[0])
    description = models.TextField(_("description"), blank=True, max_length=2000)
    quota = models.BigIntegerField(null=True)
    own_room = models.BooleanField(default=False, db_default=False)
    used = models.BigIntegerField(default=0)
    seq = models.BigIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)
    delete_at = models.DateTimeField(null=True)
    front = models.TextField(blank=True, max_length=20_000, default="", db_default="")
    cover_etag = models.CharField(max_length=32, blank=True, default="", db_default="")

    objects = SpaceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(used__gte=0), name="spaces_space_used"),
            models.CheckConstraint(
                condition=models.Q(kind="personal", owner__isnull=False) | models.Q(kind="team", owner__isnull=True),
                name="spaces_space_owner",
            ),
            models.CheckConstraint(
                condition=models.Q(delete_at=None) | models.Q(archived_at__isnull=False, kind="team"),
                name="spaces_space_ends_archived",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def initials(self):
        return initials(self.name)

    @property
    def is_personal(self):
        return self.kind == self.Kind.PERSONAL

    def hold(self):
        """Lock its row (`rights.guarded`)."""
        now = Space.objects.select_for_update().filter(pk=self.pk).first()
        if now is None:
            raise NotFound
        self.archived_at = now.archived_at
        if now.archived_at:
            raise Forbidden(ARCHIVED)

    def take_acl(self, acl):
        """A space keeps the acl it was born with (`rights.guarded`)."""
        raise ValueError("a space keeps its acl")

    def inherited_acl_id(self):
        """A space inherits from nothing."""
        return

    def space_acl_id(self):
        """Its own acl."""
        return self.acl_id

    def before_share(self, actor, principal):
        """Let the apps refuse whom they must not show all of it."""
        admitting.send(Space, space=self, principal=principal)

    def rights_changed(self, actor, kind, after):
        """Record who was given or lost what; members' devices see it by their masks."""
        log.record(self.pk, kind, ("space", self.pk), actor.user.pk if actor.user else None, after=after)
        if kind in {"unshare", "expire"}:
            lost.send(Space, people=explain.people_of({after["principal"]}).get(after["principal"], []))


class Cover(models.Model):
    """The picture on top of a space's front page: small, made by us from what was sent, kept with the row it adorns."""

    space = models.OneToOneField(Space, models.CASCADE, primary_key=True, related_name="cover")
    image = models.BinaryField()
    media_type = models.CharField(max_length=20)

    def __str__(self):
        return f"{self.space_id}"


class Pin(models.Model):
    """A space that a person keeps on top."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="pins")
    space = models.ForeignKey(Space, models.CASCADE, related_name="pins")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "space"], name="spaces_pin_once")]

    def __str__(self):
        return f"{self.user} · {self.space}"
