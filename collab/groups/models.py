"""Groups and their memberships."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from collab.lib.hues import HUES
from collab.lib.text import initials


class GroupQuerySet(models.QuerySet["Group"]):
    def named(self):
        """Groups that people made, without Everyone."""
        return self.filter(everyone=False)


class Group(models.Model):
    """A named set of people. `everyone` marks the built-in one: all active members, never guests."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    hue = models.CharField(max_length=12, default=HUES[1])
    everyone = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="collab_groups")

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["everyone"], name="groups_group_one_everyone", condition=models.Q(everyone=True)
            )
        ]

    def __str__(self):
        return str(_("Everyone")) if self.everyone else self.name

    @property
    def initials(self):
        return initials(str(self))


class Membership(models.Model):
    """One person in one group; a manager of the group adds and removes others."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    is_manager = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="groups_membership_once")]

    def __str__(self):
        return f"{self.user} · {self.group}"
