"""Pages of appointments as the house knows things: shared by the one panel and the one link engine, and told of."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calendars.actions import following
from calendars.models import AppointmentPage, Calendar
from collab.events.models import Change
from collab.registry import registry
from collab.registry.plugin import Notice, Shareable, Told, Verbs
from collab.rights.actor import Actor
from collab.rights.right import EDITOR, MANAGER, READER, RESPONDENT, Right

_SENTENCES: dict[str, Any] = {
    "appointments-make": gettext_lazy("made this page of appointments"),
    "appointments-change": gettext_lazy("changed this page of appointments"),
    "appointments-trash": gettext_lazy("threw this page of appointments away"),
    "appointments-restore": gettext_lazy("brought this page of appointments back"),
    "share": gettext_lazy("gave access to it"),
    "unshare": gettext_lazy("took access to it away"),
    "link": gettext_lazy("made a public link to it"),
    "restrict": gettext_lazy("reserved it for those named on it"),
    "inherit": gettext_lazy("opened it again to all of the space"),
}


def seen(actor: Actor) -> Any:
    """Return the pages that the actor sees, thrown away or not."""
    return AppointmentPage.objects.visible_to(actor)


def kept(actor: Actor) -> Any:
    """Return the living pages whose appointments the actor may read: those they change, and those they are host of.

    A host who does not see the calendar any more reads nothing of its visitors.
    """
    changed = AppointmentPage.objects.allowing(actor, Right.EDIT).values("pk")
    found = Calendar.objects.found_by(actor).values("pk")
    own = Q(hosts=actor.user, calendar__in=found) if actor.user is not None else Q(pk__in=())
    return AppointmentPage.objects.living().filter(Q(pk__in=changed) | own).distinct()


def _living() -> Any:
    return AppointmentPage.objects.living().select_related("acl", "space", "calendar__space", "created_by")


def get(pk: int) -> AppointmentPage | None:
    """Return the living page with what its rights need."""
    found: AppointmentPage | None = _living().filter(pk=pk).first()
    return found


def many(ids: list[int]) -> dict[int, AppointmentPage]:
    """Return {id: the living page}."""
    found: dict[int, AppointmentPage] = _living().in_bulk(ids)
    return found


def seen_of(actor: Actor, ids: list[int]) -> set[int]:
    """Return which of the pages the actor may see."""
    return set(seen(actor).filter(pk__in=ids).values_list("pk", flat=True))


def apart(spaces: list[int], text: str) -> Any:
    """Return the pages of these spaces that have a circle of their own, by name."""
    found = _living().filter(space__in=spaces, acl__kind=AppointmentPage.REF_KIND, acl__object_id=F("pk"))
    if text:
        found = found.filter(title__unaccent__icontains=text)
    return found.order_by("title", "pk")


def public(request: Any, opened: Any, rest: str) -> Any:
    """Answer below the address of a public link."""
    from calendars.views import taking  # views need the registry to be filled

    return taking.page(request, opened, rest)


def _address(page: AppointmentPage) -> str:
    return reverse("calendars:appointment-page", args=[page.pk])


def tell(actor: Actor, changes: list[Change]) -> list[Told]:
    """Put changes of pages into sentences, leaving out those of pages that the actor does not see."""
    found = seen(actor).select_related("space").in_bulk({change.ref_id for change in changes})
    told = []
    for change in changes:
        if (page := found.get(change.ref_id)) is not None:
            said = _SENTENCES.get(change.kind) or registry.said(change) or _("changed it")
            told.append(Told(change.seq, str(said), page.title, _address(page) if page.deleted_at is None else ""))
    return told


def say(actor: Actor, notes: list[Any]) -> dict[int, Told]:
    """Say that a time was taken, moved or given back."""
    found = kept(actor).in_bulk({note.refs[-1] for note in notes})
    text = _("A time was taken, moved or given back")
    return {
        note.pk: Told(0, text, found[note.refs[-1]].title, _address(found[note.refs[-1]]), alone=True)
        for note in notes
        if note.refs[-1] in found
    }


SHAREABLE = Shareable(
    AppointmentPage.REF_KIND,
    get=get,
    title=lambda page: page.title,
    url=lambda page, actor: _address(page),
    roles=(READER, RESPONDENT, EDITOR, MANAGER),
    link_roles=lambda page: (RESPONDENT,),
    public=public,
    many=many,
    seen=seen_of,
    apart=apart,
    sort=lambda page: ("clock", _("a page of appointments")),
)
VERBS = Verbs(
    AppointmentPage.REF_KIND, tell, seen, forgets=dict.fromkeys(
        ("appointments-make", "appointments-change", "appointments-trash", "appointments-restore"), ("title",)
    ),
)  # fmt: skip
NOTICE = Notice(
    following.TOLD,
    gettext_lazy("Appointments that visitors take with me"),
    gettext_lazy("because times are given with you"),
    say=say,
    seen=kept,
)
