"""Polls: what is asked, by whom, who answered what, who is awaited; and the urn, where a secret ballot is nobody's."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.rights.models import Acl, Link, Principal
from collab.rights.querysets import GuardedQuerySet
from collab.rights.right import Right
from collab.spaces.models import Space
from collab.spaces.things import Thing


class PollQuerySet(GuardedQuerySet["Poll"]):
    def living(self):
        """Polls that were not thrown away."""
        return self.filter(deleted_at=None)

    def open(self):
        """Polls that take answers now."""
        on_time = Q(deadline=None) | Q(deadline__gt=Now())
        return self.living().filter(on_time, closed_at=None, archived_at=None, space__archived_at=None)

    def found_by(self, actor):
        """Polls that the actor may see, or answer without more; to find is to be allowed."""
        return self.allowing_any(actor, Right.SEE | Right.RESPOND)


class Poll(Thing):
    """A question to several people. It lies in a space and has its circle, until it is shared further.

    `method` says how one answers and how answers are counted; `secret`: ballots go into the urn, and nothing says whose
    they are. `hide_results`: nobody, whoever made it included, sees an answer before it is closed; `hide_names`: nor
    whose it is. `limit`: how many may take each option; `most`: how many options one may take. `zone`: in which its
    times were said. State is who and when: closed, decided (for an option), archived, thrown away (`deleted_at`).
    `version` moves with every change of the question, so that two people who edit it do not undo each other.
    """

    class Kind(models.TextChoices):
        DATE = "date", _("A date")
        CHOICE = "choice", _("A choice")

    class Method(models.TextChoices):
        MAYBE = "maybe", _("Yes, if need be, no")
        PICK = "pick", _("Yes or no")
        MAJORITY = "majority", _("Majority: for, against, abstain")
        RANKED = "ranked", _("Ranked: in order of preference")
        CONSENT = "consent", _("Consent: agree, reservation, objection")

    ACL = "acl"
    REF_KIND = "poll"

    space = models.ForeignKey(Space, models.CASCADE, related_name="polls")
    acl = models.ForeignKey(Acl, models.PROTECT, related_name="polls")
    kind = models.CharField(max_length=8, choices=Kind)
    method = models.CharField(max_length=10, choices=Method, default=Method.MAYBE)
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=4000, blank=True)
    zone = models.CharField(max_length=60)
    secret = models.BooleanField(default=False)
    hide_results = models.BooleanField(default=False)
    hide_names = models.BooleanField(default=False)
    only_invited = models.BooleanField(default=False)
    proposals = models.BooleanField(default=False)
    limit = models.PositiveIntegerField(null=True)
    most = models.PositiveIntegerField(null=True)
    deadline = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    decided = models.ForeignKey("Option", models.SET_NULL, null=True, related_name="+", db_index=False)
    archived_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    objects = PollQuerySet.as_manager()

    class Meta:
        constraints = [
            # what would let a ballot be told from the others before the end, or be changed by its voter
            models.CheckConstraint(
                condition=Q(secret=False) | Q(hide_results=True, limit=None, proposals=False), name="polls_poll_secret"
            )
        ]
        indexes = [
            models.Index(fields=["deadline"], name="polls_poll_due", condition=Q(closed_at=None, deleted_at=None)),
        ]

    def __str__(self):
        return self.title

    @property
    def is_over(self) -> bool:
        """Whether no more answers come: somebody closed it, or its day is past."""
        return self.closed_at is not None or (self.deadline is not None and self.deadline <= timezone.now())

    @property
    def is_open(self) -> bool:
        return not self.is_over and self.archived_at is None and self.deleted_at is None

    @property
    def results_shown(self) -> bool:
        """Whether answers may be seen; before the end of a hidden one by nobody."""
        return self.is_over or not self.hide_results

    @property
    def names_shown(self) -> bool:
        """Whether it may be seen whose an answer is."""
        return not self.secret and self.results_shown and (self.is_over or not self.hide_names)

    @property
    def is_decision(self) -> bool:
        """Whether it is an assembly's vote, of which there are minutes."""
        return self.method in {self.Method.MAJORITY, self.Method.RANKED, self.Method.CONSENT}

    @property
    def is_visitors(self) -> bool:
        """Whether somebody without an account asks it."""
        return getattr(self, "maker", None) is not None

    @property
    def asked_by(self) -> str:
        """Who asks, "" where they left."""
        return self.maker.name if self.is_visitors else str(self.created_by or "")


class Option(models.Model):
    """One thing to choose: a whole `day`, a time from `starts_at` to `ends_at`, or words.

    `by`: the name of the participant who proposed it. `removed_at`: taken out; its answers are kept for the undo.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="options")
    place = models.PositiveIntegerField(default=0)
    day = models.DateField(null=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    text = models.CharField(max_length=200, blank=True)
    limit = models.PositiveIntegerField(null=True)
    by = models.CharField(max_length=100, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self):
        return self.text or str(self.day or self.starts_at)


class Maker(models.Model):
    """Somebody without an account who asks, where the house lets them.

    There is no poll until their address is proved, only what they `typed` (`actions.asking`). `digest` finds them by
    the token that was mailed; once the poll is made, the same token is their key: a link of this poll that may edit it.
    """

    poll = models.OneToOneField(Poll, models.CASCADE, null=True, related_name="maker")
    name = models.CharField(max_length=100)
    email = models.EmailField(db_index=True)
    language = models.CharField(max_length=8, blank=True)
    digest = models.BinaryField(max_length=32, unique=True)
    typed = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.name


class Participant(models.Model):
    """Somebody who answered, or was asked by mail: a person of the house, or a name and perhaps an address.

    `answers`: {option: "y", "m", "n"…, or a place in the order}; null while there are none, and for ever in a secret
    ballot, where `answered_at` alone says that they took part. `digest` finds them by their personal link, which lies
    below the public `link` they came by; its token is kept sealed to be mailed again. `removed_at`: taken out by
    whoever manages the poll, brought back by Undo.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    link = models.ForeignKey(Link, models.SET_NULL, null=True, related_name="+")
    digest = models.BinaryField(max_length=32, null=True, unique=True)
    sealed = models.BinaryField(max_length=300, null=True)
    invited = models.BooleanField(default=False)
    answers = models.JSONField(null=True)
    word = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "user"], name="polls_participant_once", condition=~Q(user=None))
        ]
        indexes = [models.Index(fields=["email"], name="polls_participant_mail", condition=~Q(email=""))]

    def __str__(self):
        return self.name


class Invited(models.Model):
    """A person or group whose answer is awaited; members are counted as they are now. Addresses are participants."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="invited")
    principal = models.ForeignKey(Principal, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "principal"], name="polls_invited_once")]

    def __str__(self):
        return f"{self.poll_id}: {self.principal_id}"


class Urn(models.Model):
    """The ballots of a secret poll, all of them in one sealed heap, sorted by what they say.

    No ballot has a row, a number, a time or a place of its own: not the order of rows, not the transaction that wrote
    one, nor the difference of two backups says which came when (decision 31).
    """

    poll = models.OneToOneField(Poll, models.CASCADE, primary_key=True, related_name="urn")
    sealed = models.BinaryField()

    def __str__(self):
        return f"urn of {self.poll_id}"
