"""Users with their rank, the passwords of their devices, invitations, registrations, and tries at a door."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.lib.hues import HUES
from collab.lib.text import initials

USERNAME = r"[a-z0-9][a-z0-9._-]{0,63}"


class Rank(models.TextChoices):
    """What a person may do in the house; it gives no right on content by itself."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Administrator")
    SPACE_MANAGER = "space_manager", _("Space manager")
    MEMBER = "member", _("Member")
    GUEST = "guest", _("Guest")


class UserManager(BaseUserManager["User"]):
    """Creates users; emails are kept as given and compared without case."""

    def get_by_natural_key(self, username):
        return self.get(username=username.lower())

    def create_user(self, username, password=None, **fields):
        """Make a user; `rank` defaults to member. Validation is the action's business."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, username, password=None, **fields):
        """Make an owner (Django's own command calls this)."""
        return self.create_user(username, password, rank=Rank.OWNER, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. `username` never changes: it is the identifier on devices; `epoch` moves with credentials.

    `portrait`: the mark of their picture (`profiles.Portrait`), "" where initials stand for them. `is_bot`: a program
    that has rights and speaks as a guest does; it has no password and comes in by tokens alone.
    """

    username = models.CharField(
        _("user name"),
        max_length=64,
        unique=True,
        validators=[RegexValidator(rf"^{USERNAME}$", _("Use small letters, digits, dots, dashes."))],
    )
    email = models.EmailField(_("e-mail address"), null=True, blank=True)
    display_name = models.CharField(_("name"), max_length=120)
    rank = models.CharField(max_length=16, choices=Rank, default=Rank.MEMBER)
    language = models.CharField(max_length=8, blank=True)
    time_zone = models.CharField(max_length=40, blank=True)
    theme = models.CharField(max_length=8, default="auto")
    density = models.CharField(max_length=8, default="normal")
    single_keys = models.BooleanField(default=True)
    lists = models.CharField(max_length=8, default="rows")
    hue = models.CharField(max_length=12, default=HUES[0])
    portrait = models.CharField(max_length=24, blank=True)
    is_active = models.BooleanField(default=True)
    is_bot = models.BooleanField(default=False, db_default=False)
    epoch = models.BigIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email"),
            models.UniqueConstraint(fields=["rank"], name="accounts_user_one_owner", condition=models.Q(rank="owner")),
        ]

    def __str__(self):
        return self.display_name or self.username

    @property
    def is_staff(self):
        """Django's admin is for emergencies: the owner alone."""
        return self.rank == Rank.OWNER

    @property
    def is_guest(self):
        return self.rank == Rank.GUEST

    @property
    def is_administrator(self):
        return self.rank in {Rank.OWNER, Rank.ADMIN}

    @property
    def initials(self):
        return initials(self.display_name or self.username)

    def get_full_name(self):
        return self.display_name

    def get_short_name(self):
        return self.display_name.split(" ")[0]

    def save(self, *args, **kwargs):
        # allauth writes "" for no address; two people without one would collide in the unique index
        self.email = self.email or None
        self.is_superuser = self.rank == Rank.OWNER
        super().save(*args, **kwargs)


class AppPassword(models.Model):
    """The password of one device or program: random, shown once, stored as SHA-256, looked up by it.

    `expires_at`: from then on it is refused; None for one that lasts until it is taken back. `by_login`: given out to a
    program that signed in with the login password, where the doors of another house's clients want a token. `given_by`:
    who made it for a bot; None where it is the person's own, or that is not known any more.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="app_passwords")
    name = models.CharField(max_length=200)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    last_address = models.CharField(max_length=45, blank=True)
    expires_at = models.DateTimeField(null=True)
    by_login = models.BooleanField(default=False, db_default=False)
    given_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    def __str__(self):
        return self.name

    @property
    def has_ended(self):
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= timezone.now()


class LoginFlow(models.Model):
    """A device waits for its person to say yes in a browser (login flow v2, 20 minutes)."""

    poll_digest = models.BinaryField(max_length=32, unique=True)
    flow_digest = models.BinaryField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.name


class SetupLink(models.Model):
    """The one-time link that creates the owner; gone once an owner exists."""

    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"{self.created_at:%F %T}"


class Attempt(models.Model):
    """Failed tries at a door, per key (account, or address prefix), for the growing delay."""

    key = models.CharField(max_length=120, primary_key=True)
    failures = models.IntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self):
        return self.key


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self):
        """Those that still let somebody in: neither cancelled, nor used up, nor past their day."""
        unused = models.Q(uses_limit=None) | models.Q(uses_count__lt=models.F("uses_limit"))
        return self.filter(unused, revoked_at=None, expires_at__gt=Now())


class Invitation(models.Model):
    """A way in for one address, or for whoever has the link. What it opens is kept by id: the floors above know it."""

    class Kind(models.TextChoices):
        LINK = "link"
        ADDRESS = "address"

    class Mail(models.TextChoices):
        NONE = "none"
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    kind = models.CharField(max_length=8, choices=Kind)
    digest = models.BinaryField(max_length=32, unique=True)
    token_sealed = models.BinaryField()
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=120, blank=True)
    rank = models.CharField(max_length=16, choices=Rank, default=Rank.MEMBER)
    group_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    space_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=8, blank=True)
    message = models.CharField(max_length=1000, blank=True)
    created_by = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    uses_limit = models.IntegerField(null=True)
    uses_count = models.IntegerField(default=0)
    accepted_by = models.ManyToManyField(User, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=8, choices=Mail, default=Mail.NONE)
    mail_at = models.DateTimeField(null=True)
    mail_error = models.CharField(max_length=300, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_invitation_once",
                condition=models.Q(kind="address", revoked_at=None, uses_count=0),
            ),
        ]
        indexes = [models.Index("created_at", "id", name="accounts_invitation_recent")]

    def __str__(self):
        return self.email or f"{self.created_at:%F %T}"

    @property
    def is_link(self):
        return self.kind == self.Kind.LINK


class Registration(models.Model):
    """A stranger who asked for an account. None is made before the address is proved, or somebody approved it.

    `digest` finds the row by the token of its mail; `proved_at`: who reads that address typed the password again;
    `waiting_since`: for an administrator to decide; `refused_at`: decided, the mail that says so leaves a moment later.
    """

    display_name = models.CharField(max_length=120)
    email = models.EmailField()
    password = models.CharField(max_length=200)
    language = models.CharField(max_length=8, blank=True)
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    proved_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["waiting_since"],
                name="accounts_registration_waits",
                condition=models.Q(waiting_since__isnull=False, refused_at=None),
            )
        ]

    def __str__(self):
        return self.display_name


class AddressChange(models.Model):
    """An address that somebody gave for their account: it counts nowhere before it is proved, then it is the account's.

    `digest` finds the row by the token of a mail: at first of the one that proves `email`; then (`changed_at`) of the
    one that gives back `before`, the address that the account had.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="address_changes")
    email = models.EmailField(blank=True)
    before = models.EmailField(blank=True)
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], name="accounts_address_change_once", condition=models.Q(changed_at=None)
            )
        ]

    def __str__(self):
        return self.email
