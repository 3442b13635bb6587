"""Who has access to a thing, and giving, changing and taking it; a space's shares are its members."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from collab.api import jobs, things, words
from collab.api.conditions import fresh, require_match
from collab.api.pages import Asking, page
from collab.events.jobs import Progress
from collab.lib.errors import Conflict, NotFound
from collab.rights import actions, preparing
from collab.rights.actor import Actor
from collab.rights.models import Grant, Principal
from collab.rights.right import Right
from collab.spaces import actions as spaces
from collab.spaces.models import Space

router = Router(tags=["shares"])
members = Router(tags=["members"])


@router.get("/{slug:kind}/{int:thing_id}", response=words.Shares, summary="Who has access to a thing")
def shares(request: HttpRequest, kind: str, thing_id: int, asked: Query[Asking]) -> Any:
    """Given here, or through the space and the folders above it; whoever sees the thing may know."""
    return _listed(request, kind, thing_id, asked)


@router.post("/{slug:kind}/{int:thing_id}", response={201: words.Share, 202: words.Job}, summary="Share a thing")
def share(request: HttpRequest, kind: str, thing_id: int, wanted: words.NewShare, response: HttpResponse) -> Any:
    """With one person or group; you pass on only what you may do yourself.

    202: so much lies inside that it takes a moment. The share is there once the job is done, as a whole.
    """
    return _made(request, kind, thing_id, wanted, response)


@router.get(
    "/{slug:kind}/{int:thing_id}/{int:who}", response=words.Share, summary="One share of a thing", url_name="one_share"
)
def one_share(request: HttpRequest, kind: str, thing_id: int, who: int, response: HttpResponse) -> Any:
    """What this person or group was given on the thing itself."""
    return _one(request, kind, thing_id, who, response)


@router.put("/{slug:kind}/{int:thing_id}/{int:who}", response=words.Share, summary="Change a share")
def change_share(
    request: HttpRequest, kind: str, thing_id: int, who: int, wanted: words.Given, response: HttpResponse
) -> Any:
    """It becomes exactly this; with `If-Match`, only if it still is what you saw."""
    return _changed(request, kind, thing_id, who, wanted, response)


@router.delete("/{slug:kind}/{int:thing_id}/{int:who}", response={204: None}, summary="Take a share away")
def unshare(request: HttpRequest, kind: str, thing_id: int, who: int) -> Any:
    """What comes from above stays; anyone may give up their own."""
    return _taken(request, kind, thing_id, who)


@router.put("/{slug:kind}/{int:thing_id}/restriction", response={204: None, 202: words.Job}, summary="Restrict a thing")
def restrict(request: HttpRequest, kind: str, thing_id: int, response: HttpResponse) -> Any:
    """Only those named on it have access from now on; managers are named by it. 202: as for a share."""
    actor, declared, thing = things.find(request, kind, thing_id)
    actor.require(thing, Right.MANAGE)
    if actions.is_large(thing):
        title = _("“%(name)s” is being reserved") % {"name": declared.title(thing)}
        job = preparing.begin("collab.api.shares.restricting", actor, (kind, thing_id), title)
        return jobs.accepted(job, response)
    actions.stop_inheriting(actor, thing)
    return Status(204, None)


def restricting(progress: Progress) -> None:
    """Restrict something large."""
    actor, declared, thing = jobs.subject(progress, Right.MANAGE)
    actions.make_ready(thing)
    with transaction.atomic():
        actions.stop_inheriting(actor, thing)
        text = _("“%(name)s” is reserved to those named here.") % {"name": declared.title(thing)}
        progress.finish(jobs.result(text))


@router.delete("/{slug:kind}/{int:thing_id}/restriction", response={204: None}, summary="End a restriction")
def end_restriction(request: HttpRequest, kind: str, thing_id: int) -> Any:
    """Whoever has a right above has it here again."""
    actor, _declared, thing = things.find(request, kind, thing_id)
    actions.inherit(actor, thing)
    return Status(204, None)


@members.get("/{int:space_id}/members", response=words.Shares, summary="Members of a space")
def space_members(request: HttpRequest, space_id: int, asked: Query[Asking]) -> Any:
    """People and groups, and what each may do; whoever sees the space may know."""
    return _listed(request, "space", space_id, asked)


@members.post("/{int:space_id}/members", response={201: words.Share}, summary="Add a member")
def add_member(request: HttpRequest, space_id: int, wanted: words.NewShare, response: HttpResponse) -> Any:
    """A person or a group, with a role none above your own."""
    return _made(request, "space", space_id, wanted, response)


@members.get("/{int:space_id}/members/{int:who}", response=words.Share, summary="One member")
def one_member(request: HttpRequest, space_id: int, who: int, response: HttpResponse) -> Any:
    """What this person or group may do in the space."""
    return _one(request, "space", space_id, who, response)


@members.put("/{int:space_id}/members/{int:who}", response=words.Share, summary="Change a member's role")
def change_member(request: HttpRequest, space_id: int, who: int, wanted: words.Given, response: HttpResponse) -> Any:
    """A space always keeps at least one manager; with `If-Match`, only if it still is what you saw."""
    return _changed(request, "space", space_id, who, wanted, response)


@members.delete("/{int:space_id}/members/{int:who}", response={204: None}, summary="Take a member out")
def remove_member(request: HttpRequest, space_id: int, who: int) -> Any:
    """Nothing they made disappears; anyone may leave."""
    return _taken(request, "space", space_id, who)


def _listed(request: HttpRequest, kind: str, thing_id: int, asked: Asking) -> Any:
    actor, _declared, thing = things.find(request, kind, thing_id)
    rows, following = page(_live().filter(acl__descent__acl_id=thing.acl_id), asked)
    return {"items": [_record(actor, thing, grant) for grant in rows], "next": following}


def _made(request: HttpRequest, kind: str, thing_id: int, wanted: words.NewShare, response: HttpResponse) -> Any:
    actor, declared, thing = things.find(request, kind, thing_id)
    things.require_part(thing)
    actor.require(thing, Right.SHARE)
    principal = things.recipient(actor, wanted)
    if actions.is_large(thing):
        actions.require_passing_on(actor, thing, things.mask_of(wanted), things.end_of(wanted.until))
        title = _("“%(name)s” is being shared with %(who)s") % {"name": declared.title(thing), "who": str(principal)}
        told, ref = wanted.model_dump(mode="json"), (kind, thing_id)
        job = preparing.begin("collab.api.shares.sharing", actor, ref, title, principal=principal.pk, wanted=told)
        return jobs.accepted(job, response)
    grant = _given(actor, thing, principal, wanted)
    response["Location"] = f"{request.path.rstrip('/')}/{principal.pk}"
    return Status(201, fresh(request, response, _record(actor, thing, grant)))


def sharing(progress: Progress) -> None:
    """Share something large."""
    actor, _declared, thing = jobs.subject(progress, Right.SHARE)
    act = preparing.act_of(progress)
    principal = Principal.objects.filter(pk=act["principal"]).first()
    if principal is None:
        raise NotFound(_("This person or group is gone. Reload the page."))
    actions.make_ready(thing)
    with transaction.atomic():
        _given(actor, thing, principal, words.NewShare(**act["wanted"]))
        made = reverse("api:one_share", args=[thing.REF_KIND, thing.pk, principal.pk])
        progress.finish(jobs.result(_("Shared with %(names)s.") % {"names": str(principal)}, made))


@transaction.atomic
def _given(actor: Actor, thing: Any, principal: Principal, wanted: words.NewShare) -> Grant:
    """Give what the principal does not have yet. Raises Conflict when it was given something here meanwhile."""
    actions.hold(actor, thing)
    if actions.owns_acl(thing) and _live().filter(acl_id=thing.acl_id, principal=principal).exists():
        # to give again would silently replace what they have, which the caller has not seen
        raise Conflict(_("This is shared with them already. Change that share instead."))
    return _share(actor, thing, principal, wanted)


def _one(request: HttpRequest, kind: str, thing_id: int, who: int, response: HttpResponse) -> Any:
    actor, _declared, thing = things.find(request, kind, thing_id)
    return fresh(request, response, _record(actor, thing, _own(thing, who)))


@transaction.atomic
def _changed(
    request: HttpRequest, kind: str, thing_id: int, who: int, wanted: words.Given, response: HttpResponse
) -> Any:
    actor, _declared, thing = things.find(request, kind, thing_id)
    actions.hold(actor, thing)
    grant = _own(thing, who)
    require_match(request, _record(actor, thing, grant))
    return fresh(request, response, _record(actor, thing, _share(actor, thing, grant.principal, wanted)))


@transaction.atomic
def _taken(request: HttpRequest, kind: str, thing_id: int, who: int) -> Any:
    actor, _declared, thing = things.find(request, kind, thing_id)
    actions.hold(actor, thing)
    grant = _own(thing, who)
    require_match(request, _record(actor, thing, grant))
    (spaces.remove_member if isinstance(thing, Space) else actions.unshare)(actor, thing, grant.principal)
    return Status(204, None)


def _share(actor: Actor, thing: Any, principal: Principal, wanted: words.Given) -> Grant:
    give = spaces.set_member if isinstance(thing, Space) else actions.share
    grant = give(
        actor, thing, principal, things.mask_of(wanted), expires_at=things.end_of(wanted.until), note=wanted.note
    )
    return _live().get(pk=grant.pk)


def _own(thing: Any, who: int) -> Grant:
    """Return what a person or group was given on the thing itself; links have calls of their own. Raises NotFound."""
    found = _live().filter(acl_id=thing.acl_id, principal_id=who, principal__link=None).first()
    if found is None or not actions.owns_acl(thing):
        raise NotFound(_("This person or group was given nothing here."))
    return found


def _live() -> QuerySet[Grant]:
    lasting = Q(expires_at=None) | Q(expires_at__gt=Now())
    return Grant.objects.filter(lasting).select_related("acl", "principal__user", "principal__group", "granted_by")


def _record(actor: Actor, thing: Any, grant: Grant) -> dict[str, Any]:
    """Return the share as calls tell of it; its word is for those it was said to, and those who may share."""
    return {
        "who": things.who(grant.principal),
        **things.told(grant.rights),
        "until": grant.expires_at,
        "note": grant.note if grant.principal_id in actor.principals or actor.can(thing, Right.SHARE) else "",
        "by": things.person(grant.granted_by),
        "here": actions.owns_acl(thing) and grant.acl_id == thing.acl_id,
        "through": {"kind": grant.acl.kind, "id": grant.acl.object_id},
    }
