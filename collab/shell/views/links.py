"""The public links of one thing: seen, made, changed, copied, revoked and adopted."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from collab.events.models import Job
from collab.lib.errors import NotFound, Refusal
from collab.lib.partials import Toast, done
from collab.registry.plugin import Shareable
from collab.rights import explain, link_changes, link_rules
from collab.rights import links as rights
from collab.rights.actions import is_large
from collab.rights.models import Grant, Link
from collab.rights.right import Right, role_of
from collab.shell import link_forms, link_making, links
from collab.shell import qr as qr_code
from collab.shell.link_forms import LinkForm


@login_required
@never_cache
def listing(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The links of the thing; a POST makes one."""
    declared, thing = found(request, kind, pk)
    withheld = links.withheld(request.actor, declared, thing)  # type: ignore[attr-defined]
    roles = links.roles_to_give(request.actor, declared, thing)  # type: ignore[attr-defined]
    initial = link_forms.proposed(roles)
    offered: dict[str, Any] = {"kinds": declared.takes, "looks": _looks(declared, thing)}
    offered["choices"] = declared.link_choices
    form = LinkForm(roles, request.POST or None, initial=initial, **offered)
    if request.method == "POST":
        request.actor.require(thing, Right.SHARE)  # type: ignore[attr-defined]
        if form.is_valid() and (made := _make(request, declared, thing, form)) is not None:
            if isinstance(made, Job):
                return done(request, reverse("shell:job", args=[made.pk]))
            return done(request, back(kind, pk), links.made(kind, pk, made, withheld))
    page, job = links.of_thing(request, thing), link_making.going_on(request.user, kind, pk)
    context = frame(request, declared, thing) | {"page": page, "roles": roles, "form": form, "job": job}
    context["withheld"] = withheld
    return render(request, "shell/links/listing.html", context, status=400 if form.errors else 200)


def _looks(declared: Shareable, thing: Any) -> tuple[tuple[str, Any], ...]:
    """Return the ways in which the page of a link may show the thing."""
    return declared.looks(thing) if declared.looks is not None else ()


def _make(request: HttpRequest, declared: Shareable, thing: Any, form: LinkForm) -> Link | Job | None:
    """Make the link that the form describes, or begin to; None, with the reason in the form, when that is refused."""
    actor = request.actor  # type: ignore[attr-defined]
    asked = {"mask": form.mask, "password": form.cleaned_data["password"], "expires_at": form.cleaned_data["end"]}
    asked["token"] = form.cleaned_data["address"]
    try:
        if is_large(thing):
            return link_making.begin(actor, thing, str(declared.title(thing)), asked | form.page)
        return rights.make_link(actor, thing, **asked, **form.page)
    except Refusal as refusal:
        form.add_error(None, str(refusal.message))
        return None


@login_required
@never_cache
def edit(request: HttpRequest, kind: str, pk: int, link: int) -> HttpResponse:
    """Another role, label, password, end or number of openings, under the same address."""
    declared, thing = found(request, kind, pk)
    request.actor.require(thing, Right.SHARE)  # type: ignore[attr-defined]
    one = one_of(thing, link)
    grant = Grant.objects.filter(principal_id=one.principal_id).first()
    if grant is None:
        raise NotFound
    roles = links.roles_to_give(request.actor, declared, thing)  # type: ignore[attr-defined]
    offered = {"kinds": declared.takes, "looks": _looks(declared, thing), "choices": declared.link_choices}
    form = LinkForm.of(roles, one, role_of(grant.rights), grant.expires_at, request.POST or None, **offered)
    if request.method == "POST" and form.is_valid():
        try:
            link_changes.change_link(
                request.actor, thing, one, form.mask, expires_at=form.cleaned_data["end"],  # type: ignore[attr-defined]
                password=form.password_wanted, **form.page,
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return done(request, back(kind, pk), Toast(_("The link is changed; its address stays the same.")))
    context = frame(request, declared, thing) | {"link": one, "form": form}
    return render(request, "shell/links/edit.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def revoke(request: HttpRequest, kind: str, pk: int, link: int) -> HttpResponse:
    """Close the link for good; the toast brings it back under the same address."""
    _declared, thing = found(request, kind, pk)
    one = one_of(thing, link)
    undo = link_changes.undo_of(request.actor, thing, one)  # type: ignore[attr-defined]
    rights.revoke_link(request.actor, thing, one)  # type: ignore[attr-defined]
    return done(request, back(kind, pk), stopped(kind, pk, undo))


@login_required
@require_POST
def restore(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Undo the revocation of a link."""
    _declared, thing = found(request, kind, pk)
    link_changes.restore_link(request.actor, thing, request.POST.get("link", ""))  # type: ignore[attr-defined]
    return done(request, back(kind, pk), Toast(_("The link opens again.")))


@login_required
@require_POST
def adopt(request: HttpRequest, kind: str, pk: int, link: int) -> HttpResponse:
    """Answer for a link whose maker may no longer share: it opens again."""
    _declared, thing = found(request, kind, pk)
    rights.adopt_link(request.actor, thing, one_of(thing, link))  # type: ignore[attr-defined]
    return done(request, back(kind, pk), Toast(_("The link opens again, and is yours now.")))


@login_required
@never_cache
@require_safe
def qr(request: HttpRequest, kind: str, pk: int, link: int) -> HttpResponse:
    """The address as a code that a phone reads from a screen or a poster."""
    _declared, thing = found(request, kind, pk)
    code = qr_code.svg(links.address(request, one_of(thing, link), thing))
    answer = HttpResponse(code, content_type="image/svg+xml")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def stopped(kind: str, pk: int, undo: str) -> Toast:
    """Return the toast after a link was closed; `undo` is what brings it back, "" where nothing does."""
    text = _("The link is closed: nobody can open it any more.")
    return Toast(text, reverse("shell:link-restore", args=[kind, pk]) if undo else "", {"link": undo} if undo else {})


def found(request: HttpRequest, kind: str, pk: int) -> tuple[Shareable, Any]:
    """Return the thing if it is seen and of a kind that has links. Raises NotFound."""
    declared, thing = links.seen(request.actor, kind, pk)  # type: ignore[attr-defined]
    if declared is None or thing is None or declared.link_roles is None:
        raise NotFound
    return declared, thing


def one_of(thing: Any, pk: int) -> Link:
    """Return the link of the thing. Raises NotFound for one that is closed, or another thing's."""
    one = (
        Link.objects.filter(pk=pk, kind=thing.REF_KIND, object_id=thing.pk)
        .select_related("principal", "created_by")
        .first()
    )
    if one is None:
        raise NotFound(_("This link is closed already."))
    return one


def frame(request: HttpRequest, declared: Shareable, thing: Any) -> dict[str, Any]:
    """What every page about a thing's links shows."""
    actor = request.actor  # type: ignore[attr-defined]
    may_share = actor.can(thing, Right.SHARE)
    return {
        "kind": thing.REF_KIND,
        "thing": thing,
        "title": declared.title(thing),
        "place": declared.url(thing, actor),
        "may_share": may_share,
        "may_make": link_rules.may_make(actor.user),
        "why_not": link_rules.NOT_HERE,
        "why": "" if may_share else explain.reason(thing, Right.SHARE),
        "has_links": bool(declared.link_roles and declared.link_roles(thing)),
    }


def back(kind: str, pk: int) -> str:
    """Return the address of the list of the thing's links."""
    return reverse("shell:links", args=[kind, pk])
