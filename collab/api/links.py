"""Public links: one's own, those of a thing, made, changed and closed."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from collab.api import jobs, things, words
from collab.api.conditions import fresh, require_match
from collab.api.door import asking, scope_of
from collab.api.pages import Asking, page
from collab.events.jobs import Progress
from collab.lib.errors import BadInput, Forbidden, NotFound
from collab.registry import registry
from collab.registry.plugin import Shareable
from collab.rights import actions, explain, link_changes, links, preparing, sql, switches
from collab.rights.actor import Actor
from collab.rights.models import Link
from collab.rights.right import BY_SLUG, Right

router = Router(tags=["links"])
SHORTEST_PASSWORD = 6
_PLAIN = ("label", "title", "text", "ask_name", "uses_left")


@router.get("", response=words.Links, summary="Public links that you made")
def my_links(request: HttpRequest, asked: Query[Asking]) -> Any:
    """Wherever they lead, the newest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kinds = [item.kind for plugin in registry.plugins() for item in plugin.shareables]
    opened = [kind for kind in kinds if actor.allows_scope(scope_of(kind)) and switches.is_kind_on(kind, actor)]
    mine = _links().filter(created_by=actor.user, kind__in=opened)
    rows, following = page(mine, asked, newest_first=True)
    allowed = RawSQL(sql.ALLOWED_ACLS, (list(actor.principals), int(Right.SHARE)))  # noqa: S611 - constant text
    lasting = set(mine.filter(pk__in=[link.pk for link in rows], acl_id__in=allowed).values_list("pk", flat=True))
    return {"items": [_record(request, link, None, link.pk not in lasting) for link in rows], "next": following}


@router.get("/{slug:kind}/{int:thing_id}", response=words.Links, summary="Public links of a thing")
def links_of_thing(request: HttpRequest, kind: str, thing_id: int, asked: Query[Asking]) -> Any:
    """All of them for who may share it, else your own."""
    actor, _declared, thing = _linkable(request, kind, thing_id)
    found = _links().filter(kind=thing.REF_KIND, object_id=thing.pk)
    if not actor.can(thing, Right.SHARE):
        found = found.filter(created_by=actor.user)
    rows, following = page(found, asked, newest_first=True)
    able = explain.people_with(thing.acl_id, Right.SHARE) if rows else {}
    return {
        "items": [_record(request, link, thing, link.created_by_id not in able) for link in rows],
        "next": following,
    }


@router.post("/{slug:kind}/{int:thing_id}", response={201: words.Link, 202: words.Job}, summary="Make a public link")
def make_link(request: HttpRequest, kind: str, thing_id: int, wanted: words.LinkFields, response: HttpResponse) -> Any:
    """Its address is in the answer, and can be asked for again.

    202: so much lies inside that it takes a moment. The link is there once the job is done; `made` is its record.
    """
    actor, declared, thing = _linkable(request, kind, thing_id)
    actor.require(thing, Right.SHARE)
    asked = _asked(declared, thing, wanted)
    if actions.is_large(thing):
        links.require_making(actor, thing, **asked)
        title = _("A public link to “%(name)s” is being made") % {"name": declared.title(thing)}
        told = wanted.model_dump(mode="json", exclude_unset=True)
        job = preparing.begin("collab.api.links.making", actor, (kind, thing_id), title, wanted=told)
        return jobs.accepted(job, response)
    link = links.make_link(actor, thing, **asked)
    response["Location"] = reverse("api:one_link", args=[link.pk])
    return Status(201, fresh(request, response, _whole(request, _links().get(pk=link.pk), thing)))


def making(progress: Progress) -> None:
    """Make a link to something large."""
    actor, declared, thing = jobs.subject(progress, Right.SHARE)
    asked = _asked(declared, thing, words.LinkFields(**preparing.act_of(progress)["wanted"]))
    actions.make_ready(thing)
    with transaction.atomic():
        link = links.make_link(actor, thing, **asked)
        text = _("The link is made: copy it and send it.")
        progress.finish(jobs.result(text, reverse("api:one_link", args=[link.pk])))


def _asked(declared: Shareable, thing: Any, wanted: words.LinkFields) -> dict[str, Any]:
    """Return what `links.make_link` is called with. Raises BadInput, Forbidden."""
    told = wanted.dict(exclude_unset=True)
    mask = _mask(declared, thing, told.pop("role", None))
    password, end = _password(told.pop("password", "")), things.end_of(told.pop("until", None))
    chosen = [one.slug for one in declared.link_choices if one.default]
    return {"mask": mask, "password": password, "expires_at": end, "choices": chosen, **told}


@router.get("/{int:link_id}", response=words.Link, summary="One public link", url_name="one_link")
def one_link(request: HttpRequest, link_id: int, response: HttpResponse) -> Any:
    """Told to its maker, and to whoever may share the thing."""
    _actor, _declared, thing, link = _find(request, link_id)
    return fresh(request, response, _whole(request, link, thing))


@router.patch("/{int:link_id}", response=words.Link, summary="Change a public link")
@transaction.atomic
def change_link(request: HttpRequest, link_id: int, wanted: words.LinkFields, response: HttpResponse) -> Any:
    """Under the same address; with `If-Match`, only if it still is what you saw."""
    actor, declared, thing, link = _find(request, link_id)
    if declared is None or thing is None:
        raise NotFound
    actions.hold(actor, thing)
    link = _again(link_id)
    require_match(request, _whole(request, link, thing))
    told = wanted.dict(exclude_unset=True)
    grant = _grant(link)
    role, password = told.pop("role", None), told.pop("password", None)
    link_changes.change_link(
        actor, thing, link, _mask(declared, thing, role) if role else grant.rights,
        expires_at=things.end_of(told.pop("until")) if "until" in told else grant.expires_at, note=grant.note,
        password=None if password is None else _password(password), **told,
    )  # fmt: skip
    return fresh(request, response, _whole(request, _links().get(pk=link_id), thing))


@router.delete("/{int:link_id}", response={204: None}, summary="Close a public link")
def close_link(request: HttpRequest, link_id: int) -> Any:
    """For good; its maker may, and whoever may share the thing."""
    actor, _declared, thing, link = _find(request, link_id)
    require_match(request, _whole(request, link, thing))
    if thing is None:
        link_changes.stop_link(actor, None, link)
    else:
        links.revoke_link(actor, thing, link)
    return Status(204, None)


@router.post("/{int:link_id}/adopt", response=words.Link, summary="Answer for a link from now on")
def adopt_link(request: HttpRequest, link_id: int) -> Any:
    """One whose maker may no longer share the thing opens again."""
    actor, _declared, thing, link = _find(request, link_id)
    if thing is None:
        raise NotFound
    links.adopt_link(actor, thing, link)
    return _whole(request, _links().get(pk=link_id), thing)


def _linkable(request: HttpRequest, kind: str, thing_id: int) -> tuple[Actor, Shareable, Any]:
    """Return the thing if it is seen and of a kind that has links. Raises NotFound."""
    actor, declared, thing = things.find(request, kind, thing_id)
    if declared.link_roles is None:
        raise NotFound
    return actor, declared, thing


def _find(request: HttpRequest, link_id: int) -> tuple[Actor, Shareable | None, Any, Link]:
    """Return the link, told to its maker and to who may share its thing; the thing is None where it is not seen."""
    link = _links().filter(pk=link_id).first()
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if link is None:
        raise NotFound(_("This link is closed already."))
    asking(request, scope_of(link.kind))
    declared = registry.shareable(link.kind)
    thing = declared.get(link.object_id) if declared else None
    if thing is not None and not actor.can(thing, Right.SEE):
        thing = None
    mine = actor.user is not None and link.created_by_id == actor.user.pk
    if not mine and (thing is None or not actor.can(thing, Right.SHARE)):
        raise NotFound(_("This link is closed already."))
    return actor, declared, thing, link


def _links() -> QuerySet[Link]:
    found = Link.objects.filter(Q(principal__grants__isnull=False))
    return found.select_related("created_by", "principal").prefetch_related("principal__grants")


def _again(link_id: int) -> Link:
    """Return the link as it is under the lock. Raises NotFound when it was closed meanwhile."""
    found = _links().filter(pk=link_id).first()
    if found is None:
        raise NotFound(links.GONE)
    return found


def _grant(link: Link) -> Any:
    return next(iter(link.principal.grants.all()))


def _mask(declared: Shareable, thing: Any, role: str | None) -> Right:
    """Return what a link with this role gives, one that the kind of thing knows. Raises BadInput, Forbidden."""
    known = declared.link_roles(thing) if declared.link_roles else ()
    if not known:
        raise Forbidden(_("This is the whole of a space. Share a folder in it, or add members to the space."))
    wanted = BY_SLUG[role] if role else known[0]
    if wanted not in known:
        raise BadInput(_("A link cannot give this right."))
    mask: Right = wanted.mask
    return mask


def _password(password: str) -> str:
    if password and len(password) < SHORTEST_PASSWORD:
        raise BadInput(_("A link's password needs at least 6 characters."))
    return password


def _whole(request: HttpRequest, link: Link, thing: Any) -> dict[str, Any]:
    return _record(request, link, thing, not Actor.of(link.created_by).can(link, Right.SHARE))


def _record(request: HttpRequest, link: Link, thing: Any, suspended: bool) -> dict[str, Any]:
    """Return the link as calls tell of it; only those come here to whom its address may be told."""
    grant = _grant(link)
    token = links.token_of(request.actor, link, thing)  # type: ignore[attr-defined]
    ended = grant.expires_at is not None and grant.expires_at <= timezone.now()
    return {
        "id": link.pk,
        "thing": {"kind": link.kind, "id": link.object_id},
        "url": request.build_absolute_uri(reverse("shell:link", args=[token])),
        **things.told(grant.rights),
        **{name: getattr(link, name) for name in _PLAIN},
        "has_password": bool(link.password),
        "until": grant.expires_at,
        "visits": link.visits,
        "by": things.person(link.created_by),
        "created_at": link.created_at,
        "last_opened_at": link.last_opened_at,
        "suspended": suspended,
        "over": ended or (link.uses_left is not None and link.uses_left < 1),
    }
