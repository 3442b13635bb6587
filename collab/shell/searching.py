"""People, groups and spaces as the search finds them: there are few, so their names are searched where they stand."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Func, TextField
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collab.accounts import ranks
from collab.accounts.models import User
from collab.groups.models import Group
from collab.profiles import portraits
from collab.registry.searching import Search, Shown
from collab.rights import whom
from collab.rights.actor import Actor
from collab.spaces.models import Space


class _Called(Func):
    """The name and the user name, as the index on people has them (search/migrations/0001)."""

    template = "(%(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = TextField()


def people(actor: Actor) -> Any:
    """Return whom the actor may find, by name and user name."""
    return whom.people(actor).annotate(called=_Called("display_name", "username"))


def show_people(actor: Actor, ids: list[int]) -> dict[int, Shown]:
    """A person leads to their account, for those who keep accounts; for others, to what they made."""
    found = {}
    for person in User.objects.filter(pk__in=ids):
        if actor.user is not None and ranks.may_see_people(actor.user):
            url = reverse("shell:administration-person", args=[person.pk])
        else:
            url = f"{reverse('shell:search')}?{urlencode({'q': f'by:{person.username}'})}"
        sign = (person.hue, person.initials)
        picture = portraits.address(actor, person)
        found[person.pk] = Shown(
            str(person), url, "user", note=person.username, sign=sign, shape="user", picture=picture
        )
    return found


def groups(actor: Actor) -> Any:
    """Return the groups that have a page for the actor: all for administrators, else one's own."""
    found = Group.objects.named()
    if actor.user is None:
        return found.none()
    return found if actor.user.is_administrator else found.filter(memberships__user=actor.user)


def show_groups(actor: Actor, ids: list[int]) -> dict[int, Shown]:
    """A group leads to its members, for those who keep them; for others, to what it gives."""
    found = {}
    for group in Group.objects.filter(pk__in=ids):
        if actor.user is not None and actor.user.is_administrator:
            url = reverse("shell:administration-group", args=[group.pk])
        else:
            url = f"{reverse('shell:groups')}#group-{group.pk}"
        found[group.pk] = Shown(
            str(group), url, "people", note=str(_("Group")), sign=(group.hue, group.initials), shape="group"
        )
    return found


def spaces(actor: Actor) -> Any:
    """Return the teams' spaces that the actor sees, archived ones too."""
    return Space.objects.visible_to(actor).team()


def show_spaces(actor: Actor, ids: list[int]) -> dict[int, Shown]:
    """A space leads to its front page."""
    return {
        space.pk: Shown(
            space.name, reverse("shell:space", args=[space.pk]), "people", inside=space.slug, shape="space",
            sign=(space.hue, space.initials), archived=space.archived_at is not None, note=str(_("Space")),
        )
        for space in Space.objects.filter(pk__in=ids).defer("front")
    }  # fmt: skip


SEARCHES = (
    Search("space", _("Spaces"), "people", spaces, show_spaces, words=("espace", "espaces", "space", "spaces")),
    Search(
        "user", _("People"), "user", people, show_people, name="called",
        words=("person", "people", "personne", "personnes", "member", "members", "membre", "membres"),
    ),
    Search("group", _("Groups"), "people", groups, show_groups, words=("group", "groups", "groupe", "groupes")),
)  # fmt: skip
