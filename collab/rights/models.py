"""The tables of rights: whom (Principal), where (Acl and its Lineage), what (Grant); public links and their letters."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from collab.groups.models import Group


class Principal(models.Model):
    """Anyone that rights can be given to: one user, one group, or (when both are empty) a link."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="principal")
    group = models.OneToOneField(Group, models.CASCADE, null=True, related_name="principal")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user=None) | models.Q(group=None), name="rights_principal_at_most_one"
            )
        ]

    def __str__(self) -> str:
        return str(self.user or self.group or f"link {self.pk}")


class Acl(models.Model):
    """One circle of people. Many things share one; its rights add to those of its parent.

    `kind` and `object_id` name the thing it was made for (a space, a shared folder…).
    A null parent on anything but a space's acl means: restricted, it inherits nothing.
    """

    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="rights_acl_thing")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Lineage(models.Model):
    """The closure of Acl.parent, each acl its own ancestor: which acls add to which."""

    acl = models.ForeignKey(Acl, models.CASCADE, related_name="lineage", db_index=False)
    ancestor = models.ForeignKey(Acl, models.CASCADE, related_name="descent", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ancestor", "acl"], name="rights_lineage_once")]
        indexes = [models.Index(fields=["acl", "ancestor"], name="rights_lineage_up")]

    def __str__(self) -> str:
        return f"{self.acl_id} < {self.ancestor_id}"


class Grant(models.Model):
    """Rights (a mask of `Right`) of one principal on one acl, perhaps until a date."""

    acl = models.ForeignKey(Acl, models.CASCADE, related_name="grants")
    principal = models.ForeignKey(Principal, models.CASCADE, related_name="grants", db_index=False)
    rights = models.PositiveSmallIntegerField()
    expires_at = models.DateTimeField(null=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["principal", "acl"], name="rights_grant_once", include=["rights", "expires_at"]
            ),
            models.CheckConstraint(condition=models.Q(rights__gt=0, rights__lte=255), name="rights_grant_some_rights"),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], name="rights_grant_expiry", condition=models.Q(expires_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.principal_id} {self.rights} on {self.acl_id}"


class Link(models.Model):
    """A public link: a principal of its own, found by the HMAC of its token.

    The token is also kept sealed with a key outside the database, so that its maker can copy it again.
    Its end date is its grant's. It opens only while `created_by` may share the thing: whoever may can adopt it.
    `title` and `text` head the page of a drop box, which asks for the sender's name with `ask_name`, and for an
    address for the receipt with `ask_mail`. What it takes in one visit: `most_files`, `most_each` and `most_together`
    in bytes (null: as much as the house takes), `kinds` of file (none: all). `tell`: when its maker hears of it.
    `ask_visitor`: who opens it says their name first. `hide_download`: it is looked at, not downloaded. `look`: in
    which of the ways that the app offers its page shows the thing ("": as the app thinks best). `choices`: what else
    of the app's own was switched on.
    """

    class Tell(models.TextChoices):
        VISIT = "visit", _("after each visit")
        DAY = "day", _("once a day")
        NEVER = "never", _("never")

    principal = models.OneToOneField(Principal, models.CASCADE, related_name="link")
    acl = models.ForeignKey(Acl, models.CASCADE, related_name="links")
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    digest = models.BinaryField(max_length=32, unique=True)
    token_sealed = models.BinaryField(max_length=300)
    password = models.CharField(max_length=200, blank=True)
    label = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(max_length=2000, blank=True)
    ask_name = models.BooleanField(default=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="links")
    created_at = models.DateTimeField(auto_now_add=True)
    uses_left = models.IntegerField(null=True)
    visits = models.IntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True)
    hide_download = models.BooleanField(default=False)
    ask_visitor = models.BooleanField(default=False)
    ask_mail = models.BooleanField(default=False)
    look = models.CharField(max_length=20, blank=True)
    choices = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    most_files = models.PositiveIntegerField(null=True)
    most_each = models.BigIntegerField(null=True)
    most_together = models.BigIntegerField(null=True)
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    tell = models.CharField(max_length=8, choices=Tell, default=Tell.VISIT)

    class Meta:
        indexes = [models.Index(fields=["kind", "object_id"], name="rights_link_thing")]

    def __str__(self) -> str:
        return self.label or f"link {self.pk}"


class Opening(models.Model):
    """Somebody opened a link that asks who they are, and said this name."""

    link = models.ForeignKey(Link, models.CASCADE, related_name="openings")
    name = models.CharField(max_length=100)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Drop(models.Model):
    """One sending through a link: who, what arrived, what was refused and why. It outlives the link, to be told of.

    `visit` is the same for all that one visitor sends. `stored`: [name, bytes]; `refused`: [name, reason].
    `told_at`: when its maker was told of it, or was not to be.
    """

    link = models.ForeignKey(Link, models.SET_NULL, null=True, related_name="drops")
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=300)
    tell = models.CharField(max_length=8, choices=Link.Tell)
    visit = models.CharField(max_length=32)
    name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    stored = models.JSONField(default=list)
    refused = models.JSONField(default=list)
    mailed = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["link", "visit"], name="rights_drop_visit"),
            models.Index(fields=["id"], name="rights_drop_untold", condition=models.Q(told_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.name}"

    @property
    def size(self) -> int:
        """Bytes that arrived."""
        return sum(size for _name, size in self.stored)


class Letter(models.Model):
    """A mail about a link on its way, written with what causes it. Its words rest sealed, and go once it is sent."""

    class Kind(models.TextChoices):
        LINK = "link"
        RECEIPT = "receipt"
        DIGEST = "digest"
        OTHER = "other"

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    kind = models.CharField(max_length=8, choices=Kind)
    email = models.EmailField()
    sealed = models.BinaryField()
    link = models.ForeignKey(Link, models.SET_NULL, null=True, related_name="letters")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    error = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="rights_letter_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["email", "created_at"], name="rights_letter_address"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
