"""Handing a file or folder over: to whom, what one keeps, who gains and who loses by it, and then the deed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from collab.accounts.models import User
from collab.lib import numerals
from collab.lib.errors import BadInput, Refusal
from collab.lib.partials import Toast, done
from collab.rights import explain
from collab.rights.right import BY_SLUG, Right, best_role
from collab.shell.answers import changed, under_way
from collab.shell.members import principal_named
from collab.spaces.models import Space
from files import browsing
from files.actions import handing, settling
from files.browsing import Place
from files.models import Node
from files.views import handing_large

NAMED = 20


def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks to whom, and says what it would do; POST does it."""
    actor = request.actor  # type: ignore[attr-defined]
    place = browsing.of(actor, pk)
    actor.require(place.here, Right.MANAGE)
    node = Node.objects.select_related("acl", "space", "parent").get(pk=place.here.id)
    sent = request.POST if request.method == "POST" else request.GET
    keep = sent.get("keep", "") if sent.get("keep", "") in handing.KEEPS else ""
    to, error, status = None, "", 200
    try:
        to = _to(request, sent)
        if request.method == "POST":
            if to is None:
                raise BadInput(_("Choose a person or a space."))
            if settling.is_large(node):
                job = handing_large.begin(actor, node, to, keep, _above(place))
                return under_way(request, job)
            sealed = handing.hand_over(actor, node, to, keep)
            text = _("“%(name)s” is in the hands of %(who)s.") % {"name": node.name, "who": str(to)}
            return done(request, _above(place), Toast(text, reverse("files:take-back"), {"handed": sealed}))
    except Refusal as refusal:
        error, status = str(refusal.message), refusal.status
    context = {
        "place": place,
        "title": _("Hand over “%(name)s”") % {"name": place.name},
        "spaces": _spaces(request, node),
        "roles": [BY_SLUG[slug] for slug in handing.KEEPS],
        "keep": keep,
        "to": to if not error else None,
        "space": sent.get("space", ""),
        "person": _typed(sent),
        "error": error,
        "told": _told(request, node, to, keep) if to is not None and not error else [],
    }
    return render(request, "files/handing.html", context, status=status)


@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Undo: the thing comes back to where it was; a large one by a job."""
    actor, sealed = request.actor, request.POST.get("handed", "")  # type: ignore[attr-defined]
    given, _place, _state = handing.given_away(actor, sealed)
    if settling.is_large(given):
        return under_way(request, handing_large.begin_back(actor, given, sealed))
    node = handing.take_back(actor, sealed)
    text = _("“%(name)s” is back.") % {"name": node.name}
    place = browsing.of(actor, node.pk)
    return changed(request, _above(place), Toast(text), id=node.pk)


def _above(place: Place) -> str:
    """Return the address of the folder in which it lies."""
    return place.crumbs[-1].url if place.crumbs and place.crumbs[-1].url else reverse("files:home")


def _typed(sent: Any) -> str:
    named = [*sent.getlist("whom"), sent.get("who", "")]
    return next(filter(None, map(str.strip, named)), "")[:200]


def _to(request: HttpRequest, sent: Any) -> User | Space | None:
    """Return the person or space that was chosen, None for nobody yet. Raises BadInput."""
    person, space = _typed(sent), sent.get("space", "")
    if person and space:
        raise BadInput(_("Choose a person or a space, not both."))
    if person:
        user = principal_named(person).user
        if user is None:
            raise BadInput(_("A group cannot have a file of its own: choose its space, or a person."))
        if user == request.user:
            raise BadInput(_("That is you: choose somebody else."))
        handing.top_of(user)
        return user
    if not space:
        return None
    found = next((one for one in _spaces(request, None) if one.pk == numerals.whole(space)), None)
    if found is None:
        raise BadInput(_("Choose a space in the list."))
    return found


def _spaces(request: HttpRequest, node: Node | None) -> list[Space]:
    """Return the team spaces to which the person may add, but the one where it lies."""
    roots = Node.objects.allowing(request.actor, Right.ADD).filter(parent=None, space__kind=Space.Kind.TEAM)  # type: ignore[attr-defined]
    found = roots.filter(space__archived_at=None).select_related("space").order_by("space__name", "pk")
    return [root.space for root in found if node is None or root.space_id != node.space_id]


def _told(request: HttpRequest, node: Node, to: User | Space, keep: str) -> list[str]:
    """Return what the move would do, in sentences: who gains, who loses, what becomes of links."""
    mask = BY_SLUG[keep].mask if keep else Right.NONE
    mine = request.user.principal  # type: ignore[union-attr]
    told = explain.preview_move(node, handing.top_of(to).acl_id, [(mine, int(mask))])
    losing = {pk for pk, right in told.loses.items() if right & Right.SEE}
    if isinstance(to, Space):
        where = _("It goes to the space “%(name)s”, with its versions and shares.")
    else:
        where = _("It goes to the files of %(name)s, with its versions and shares.")
    sentences = [where % {"name": str(to)}]
    for pks, text in (
        ({pk for pk, right in told.gains.items() if right & Right.SEE}, _sees),
        (losing, _sees_no_more),
        (told.loses.keys() - losing, _may_less),
    ):
        if names := _names(pks - {request.user.pk}):
            shown = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
            sentences.append(text(len(names)) % {"names": shown})
    sentences += _of_oneself(request, node, told)
    if any(
        reason.grant.principal.user_id is reason.grant.principal.group_id is None for reason in explain.access(node)
    ):
        sentences.append(_("Its public links are suspended until somebody who manages it answers for them."))
    return sentences


def _of_oneself(request: HttpRequest, node: Node, told: explain.Preview) -> list[str]:
    """Return what becomes of one's own rights."""
    lost = told.loses.get(request.user.pk, Right.NONE)  # type: ignore[arg-type]
    if lost & Right.SEE:
        return [_("You will no longer see it.")]
    role = best_role(request.actor.rights_on(node) & ~lost)  # type: ignore[attr-defined]
    return [_("What remains to you: %(role)s.") % {"role": str(role.label).lower()}] if lost and role else []


def _sees(count: int) -> str:
    return ngettext("%(names)s will see it.", "%(names)s will see it.", count)


def _sees_no_more(count: int) -> str:
    return ngettext("%(names)s will no longer see it.", "%(names)s will no longer see it.", count)


def _may_less(count: int) -> str:
    return ngettext("%(names)s will be able to do less.", "%(names)s will be able to do less.", count)


def _names(ids: Any) -> list[str]:
    return [str(user) for user in User.objects.filter(pk__in=list(ids)).order_by("display_name", "pk")]
