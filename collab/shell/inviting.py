"""What one chooses when inviting: by address or by link, with which profile, into what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collab.accounts import languages, ranks
from collab.accounts.actions.invitations import DAYS, MOST_DAYS, MOST_USES, Result, Terms, may_manage, state_of
from collab.accounts.models import Invitation, Rank, User
from collab.groups import actions as groups
from collab.lib import paging
from collab.rights.actor import Actor
from collab.rights.right import LADDER, Right
from collab.shell.members import SHOWN
from collab.spaces.models import Space

PAGE = 20
_KEPT = "invited"


class InviteForm(forms.Form):
    """What both ways have in common. The action refuses what this person may not give, and says why."""

    rank = forms.CharField(label=_("Profile"), max_length=16, widget=forms.Select)
    groups = forms.MultipleChoiceField(label=_("Groups"), required=False, widget=forms.CheckboxSelectMultiple)
    space = forms.IntegerField(label=_("Space"), required=False, max_value=2**62, widget=forms.Select)
    role = forms.CharField(label=_("Right in this space"), required=False, max_length=20, widget=forms.Select)
    days = forms.IntegerField(label=_("Days it lasts"), min_value=1, max_value=MOST_DAYS)

    def __init__(self, user: User, data: Any = None) -> None:
        chosen = {"rank": Rank.MEMBER, "days": DAYS, "role": LADDER[0].slug, "language": get_language()}
        super().__init__(data, initial=chosen)
        self.fields["rank"].widget.choices = [(rank.value, rank.label) for rank in ranks.ranks_to_give(user)]
        offered = list(groups.editable(user)[:SHOWN])
        spaces = Space.objects.allowing(Actor.of(user), Right.SHARE).team().living().order_by("name", "pk")[:SHOWN]
        self.fields["groups"].choices = [(group.pk, str(group)) for group in offered]  # type: ignore[attr-defined]
        self.fields["space"].widget.choices = [("", _("None")), *((space.pk, space.name) for space in spaces)]
        self.fields["role"].widget.choices = [(role.slug, role.label) for role in LADDER]
        if not offered:
            del self.fields["groups"]
        if not spaces:
            del self.fields["space"], self.fields["role"]

    @property
    def terms(self) -> Terms:
        """What was chosen, as the action takes it."""
        chosen = self.cleaned_data
        space = chosen.get("space")
        return Terms(
            rank=chosen["rank"],
            groups=tuple(int(pk) for pk in chosen.get("groups", [])),
            space=space,
            role=chosen.get("role", "") if space else "",
            language=chosen.get("language", ""),
            message=chosen.get("message", ""),
            days=chosen["days"],
        )


class AddressesForm(InviteForm):
    """Invitations to the people of a pasted list."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        max_length=30_000,
        help_text=_("One a line, or separated by commas; “Name <name@example.org>” works too."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "none"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the mail"),
        choices=languages.offered,
    )
    message = forms.CharField(
        label=_("A word to them"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class LinkForm(InviteForm):
    """One link for several people."""

    uses = forms.IntegerField(
        label=_("How many people"),
        required=False,
        min_value=1,
        max_value=MOST_USES,
        help_text=_("Empty: any number, until the last day."),
    )


@dataclass(frozen=True)
class Row:
    """One invitation of a list; `mine` when this person may send it again, cancel it and see its link."""

    invitation: Invitation
    state: str
    mine: bool


@dataclass(frozen=True)
class Outcome:
    """One line of the results page."""

    written: str
    outcome: str
    invitation: Invitation | None
    mine: bool


def pending_page(request: HttpRequest, found: Any) -> dict[str, Any]:
    """Return a page of invitations, and the cursor of the next one (`invited` in the address)."""
    viewer: Any = request.user
    total = found.count()
    after = paging.unseal(request.GET.get("invited", ""), 1)
    if after and isinstance(after[0], int) and 0 < after[0] < 2**62:
        found = found.filter(pk__lt=after[0])
    listed = list(found.order_by("-pk")[: PAGE + 1])
    more = paging.seal([listed[PAGE - 1].pk]) if len(listed) > PAGE else ""
    rows = [Row(one, state_of(one), may_manage(viewer, one)) for one in listed[:PAGE]]
    return {
        "invitations": rows,
        "invitations_more": more,
        "invitations_count": total,
        "mails": bool(settings.MAIL_URL),
    }


def keep_results(request: HttpRequest, results: list[Result]) -> None:
    """Keep what became of each address for the next page, which can be reloaded without sending anything again."""
    request.session[_KEPT] = [
        [one.written[:120], one.outcome, one.invitation.pk if one.invitation else None] for one in results
    ]


def kept_results(request: HttpRequest) -> list[Outcome]:
    """Return the results kept last, with the invitations as they are now."""
    viewer: Any = request.user
    kept = request.session.get(_KEPT, [])
    pks = [pk for _written, _outcome, pk in kept if pk]
    now = Invitation.objects.select_related("created_by").in_bulk(pks)
    found = [(written, outcome, now.get(pk)) for written, outcome, pk in kept]
    return [Outcome(*one, one[2] is not None and may_manage(viewer, one[2])) for one in found]
