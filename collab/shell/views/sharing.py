"""The sharing panel of anything shareable: who has access, giving, changing and taking rights, restricting."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collab.events.models import Job
from collab.lib import numerals
from collab.lib.errors import BadInput, NotFound, Refusal
from collab.lib.partials import Toast, done, is_fragment, partial
from collab.rights import actions as rights
from collab.rights.actions import ENDS_SOONER, Given
from collab.rights.models import Principal
from collab.rights.right import BY_SLUG, READER, Right, role_of
from collab.shell.jobs import find_job
from collab.shell.sharing import circles, result, suggesting, working
from collab.shell.sharing.subject import Subject, find
from collab.shell.sharing.wanted import Wanted, pack, read, unpack


@login_required
def share(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Who has access, and the form that gives it to others; a POST gives it to all of them or to none."""
    subject = _found(request, kind, pk)
    return _give(request, subject) if request.method == "POST" else _show(request, subject)


def _give(request: HttpRequest, subject: Subject) -> HttpResponse:
    subject.actor.require(subject.thing, Right.SHARE)
    wanted = read(request.POST, subject)
    if wanted.errors:
        return _show(request, subject, wanted, status=400)
    if rights.is_large(subject.thing):
        return _wait(request, subject, working.begin_share(subject, wanted.given, _names(wanted)))
    before = rights.given_on(subject.thing, wanted.principals)
    try:
        rights.share_all(subject.actor, subject.thing, wanted.given)
    except Refusal as refusal:
        wanted.errors["until" if refusal.message == ENDS_SOONER else "who"] = str(refusal.message)
        return _show(request, _found(request, subject.kind, subject.pk), wanted, status=refusal.status)
    text = _("Shared with %(names)s.") % {"names": _names(wanted)}
    return _answer(request, subject, Toast(text, *_undo(subject, before)))


@login_required
@require_POST
def preview(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What sharing so would do: the sentence alone for htmx, the page with it for a plain form."""
    subject = _found(request, kind, pk)
    subject.actor.require(subject.thing, Right.SHARE)
    wanted = read(request.POST, subject)
    if is_fragment(request):
        return render(request, "shell/share/_result.html", _told(subject, wanted))
    return _show(request, subject, wanted, status=400 if wanted.errors else 200)


@login_required
@require_safe
def people(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Names that what was typed may mean, for who may share the thing."""
    subject = _found(request, kind, pk)
    subject.actor.require(subject.thing, Right.SHARE)
    return JsonResponse({"found": suggesting.suggestions(request.GET.get("q", ""), subject.actor)})


@login_required
@require_POST
def change(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Give another role to somebody named here; with `before`, bring back what an act had changed."""
    subject = _found(request, kind, pk)
    if "before" in request.POST:
        rights.share_all(subject.actor, subject.thing, unpack(request.POST["before"]))
        return _answer(request, subject, Toast(_("The earlier rights are back.")))
    before = _given(request, subject)
    role = BY_SLUG.get(request.POST.get("role", ""))
    if role is None:
        raise BadInput(_("Choose what this person or group may do."))
    rights.share_all(subject.actor, subject.thing, [before._replace(mask=role.mask)])
    said = {"name": str(before.principal), "role": str(role_of(int(role.mask)).label).lower()}
    return _answer(request, subject, Toast(_("%(name)s: %(role)s.") % said, *_undo(subject, [before])))


@login_required
@require_POST
def remove(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take away what was given here; what comes from above stays."""
    subject = _found(request, kind, pk)
    before = _given(request, subject)
    rights.unshare(subject.actor, subject.thing, before.principal)
    if before.principal.user_id == request.user.pk:
        toast = Toast(_("You gave up your own right on “%(name)s”.") % {"name": subject.title})
    else:
        text = _("“%(name)s” is no longer shared with %(who)s here.")
        toast = Toast(text % {"name": subject.title, "who": str(before.principal)}, *_undo(subject, [before]))
    return _answer(request, subject, toast)


@login_required
@require_POST
def restrict(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Keep the thing to those named on it; the undo takes the copies of managers away again."""
    subject = _found(request, kind, pk)
    subject.actor.require(subject.thing, Right.MANAGE)
    if rights.is_large(subject.thing):
        return _wait(request, subject, working.begin_restrict(subject))
    return _answer(request, subject, working.reserve(subject))


@login_required
@require_POST
def unrestrict(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Let those who have a right above have it here again."""
    subject = _found(request, kind, pk)
    before = unpack(request.POST["before"]) if "before" in request.POST else []
    rights.open_again(subject.actor, subject.thing, before)
    text = _("“%(name)s” follows the place it lies in again.") % {"name": subject.title}
    return _answer(request, subject, Toast(text, _address(subject, "restrict")))


def _found(request: HttpRequest, kind: str, pk: int) -> Subject:
    """Return the thing; its space is the place of this page for who is in it."""
    subject = find(request.actor, kind, pk)  # type: ignore[attr-defined]
    if subject.space is not None and subject.actor.can(subject.space, Right.SEE):
        request.space = subject.space  # type: ignore[attr-defined]
    return subject


def _show(request: HttpRequest, subject: Subject, wanted: Wanted | None = None, *, status: int = 200) -> HttpResponse:
    """Draw the page, or for htmx the part of it, or the panel, that it asks for."""
    job = working.going_on(subject) if subject.may_share else None
    if request.headers.get("HX-Target") == "share-job":
        return (
            render(request, "shell/share/_job.html", {"subject": subject, "job": job})
            if job
            else _over(request, subject)
        )
    context = _context(subject, wanted, _number(request, "circle"), _number(request, "from")) | {"job": job}
    if not is_fragment(request):
        return render(request, "shell/share/page.html", context, status=status)
    whole = request.headers.get("HX-Target") == "panel"
    answer = render(request, "shell/share/_panel.html" if whole else "shell/share/_share.html", context, status=status)
    if status >= 400:  # the form with its mistakes goes where the form is, not above the page
        answer["HX-Retarget"], answer["HX-Reswap"] = "#share", "outerHTML"
    return answer


def _wait(request: HttpRequest, subject: Subject, job: Job) -> HttpResponse:
    """Show how far the job is, in the place of the form."""
    if not is_fragment(request):
        return done(request, reverse("shell:job", args=[job.pk]))
    return render(request, "shell/share/_share.html", _context(subject) | {"job": Job.objects.get(pk=job.pk)})


def _over(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Draw the panel again, whose job has just ended; say what came of it."""
    job = find_job(request.user, request.GET.get("job", ""))
    if job is not None and job.state == Job.State.DONE:
        answer = _answer(request, subject, working.toast_of(job))
    else:
        answer = render(request, "shell/share/_share.html", _context(subject) | {"failed": job})
    answer["HX-Retarget"], answer["HX-Reswap"] = "#share", "outerHTML"
    return answer


def _names(wanted: Wanted) -> str:
    names = ", ".join(str(one) for one in wanted.principals[: result.NAMED])
    return _("%(names)s and others") % {"names": names} if len(wanted.principals) > result.NAMED else names


def _answer(request: HttpRequest, subject: Subject, toast: Toast) -> HttpResponse:
    """Draw the panel again after a change; who sees the thing no more goes home."""
    subject.actor.forget()
    try:
        fresh = _found(request, subject.kind, subject.pk)
    except NotFound:
        return done(request, "/", toast)
    if not is_fragment(request):
        return done(request, _address(fresh), toast)
    answer = partial(request, "shell/share/_share.html", _context(fresh), toast=toast)
    answer.headers["HX-Trigger"] = "collab:shared"
    return answer


def _context(subject: Subject, wanted: Wanted | None = None, circle: int = 0, start: int = 0) -> dict[str, Any]:
    return _told(subject, wanted or Wanted()) | {
        "circles": circles.circles(subject, circle, start),
        "losing": result.of_restricting(subject) if subject.may_restrict and not subject.restricted else "",
        "limit": result.LISTED,
    }


def _number(request: HttpRequest, name: str) -> int:
    given = request.GET.get(name, "")
    return numerals.whole(given) or 0


def _told(subject: Subject, wanted: Wanted) -> dict[str, Any]:
    """Return what `_result.html` draws: what the role gives, and what would come of it."""
    role = wanted.role or BY_SLUG.get(wanted.role_slug) or READER
    ready = wanted.principals and not wanted.errors
    told = result.of(subject, wanted.given, role.slug) if ready else result.now(subject)
    return {"subject": subject, "wanted": wanted, "role": role, "result": told}


def _given(request: HttpRequest, subject: Subject) -> Given:
    """Return what the principal of the row has here; it may be gone since the page was drawn."""
    wanted = numerals.whole(request.POST.get("principal", ""))
    principal = Principal.objects.filter(pk=wanted, link=None).first()
    given = rights.given_on(subject.thing, [principal])[0] if principal else None
    if given is None or not given.mask:
        raise BadInput(_("This person or group is gone. Reload the page."))
    return given


def _undo(subject: Subject, before: list[Given]) -> tuple[str, dict[str, str]]:
    return _address(subject, "change"), {"before": pack(before)}


def _address(subject: Subject, verb: str = "") -> str:
    return reverse(f"shell:share-{verb}" if verb else "shell:share", args=[subject.kind, subject.pk])
