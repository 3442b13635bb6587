"""My data: everything in one archive, and the way out of the house."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from collab.accounts import mails
from collab.accounts.actions import people
from collab.accounts.recent import recent_sign_in_required
from collab.lib.addresses import client_address
from collab.lib.errors import BadInput, NotFound, TooMany
from collab.lib.partials import Toast, done, is_fragment
from collab.mydata import exporting, leaving
from collab.mydata.exporting import KEPT
from collab.shell.forms import FarewellForm
from collab.shell.members import principal_named


@login_required
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Where my archive is, and whether my account ends; for htmx, how far the archive is."""
    context = {"export": exporting.of(request.user), "days": KEPT.days}  # type: ignore[arg-type]
    if is_fragment(request):
        return render(request, "shell/settings/_export.html", context)
    context["farewell"] = leaving.of(request.user)  # type: ignore[arg-type]
    return render(request, "shell/settings/my_data.html", context)


@login_required
@never_cache
@recent_sign_in_required
def export(request: HttpRequest) -> HttpResponse:
    """What the archive holds; a POST begins to make it."""
    if request.method == "POST":
        exporting.ask(request.user, with_versions="versions" in request.POST)  # type: ignore[arg-type]
        return done(request, reverse("shell:my-data"))
    held = people.holdings(request.user)  # type: ignore[arg-type]
    context = {"held": held, "days": KEPT.days, "before": exporting.of(request.user)}  # type: ignore[arg-type]
    return render(request, "shell/settings/my_data_export.html", context)


@login_required
@never_cache
@recent_sign_in_required
@require_safe
def download(request: HttpRequest) -> HttpResponse | FileResponse:
    """My archive; nobody has another's."""
    one = exporting.of(request.user)  # type: ignore[arg-type]
    if one is None or not one.file:
        raise NotFound(_("There is no archive of your data. Ask for one."))
    day = timezone.localtime(one.ready_at)
    name = f"{slugify(mails.house()) or 'collab'}-{request.user.get_username()}-{day:%Y-%m-%d}.zip"
    if request.headers.get("X-Sendfile-Type") == "X-Accel-Redirect" and exporting.accel(one):
        exporting.open_file(one).close()
        answer: Any = HttpResponse(headers={"X-Accel-Redirect": exporting.accel(one)})
    else:
        answer = FileResponse(exporting.open_file(one))
        answer["Content-Length"] = str(one.size)
    answer["Content-Type"] = "application/zip"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer  # type: ignore[no-any-return]


@login_required
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Delete my archive before its day."""
    exporting.discard(request.user)  # type: ignore[arg-type]
    return done(request, reverse("shell:my-data"), Toast(_("The archive is deleted. Your data are all still here.")))


@login_required
@never_cache
@sensitive_post_parameters("password")
def leave(request: HttpRequest) -> HttpResponse:
    """What happens when my account ends; a POST with my password begins the seven days."""
    user: Any = request.user
    why_not = leaving.reason_against(user)
    form = FarewellForm(request.POST if request.method == "POST" else None)
    status = 400 if form.is_bound else 200
    if form.is_valid() and not why_not:
        try:
            _ask(request, form)
        except (BadInput, TooMany) as refused:
            form.add_error(None, str(refused.message))
            status = refused.status
        else:
            text = _("Your account ends in %(days)d days. Until then you can keep it.") % {"days": leaving.DAYS}
            return done(request, reverse("shell:my-data"), Toast(text))
    context = {
        "form": form, "why_not": why_not, "held": people.holdings(user), "days": leaving.DAYS,
        "farewell": leaving.of(user), "heirs": people.heirs(user).order_by("display_name")[:200],
    }  # fmt: skip
    return render(
        request, "shell/settings/my_data_leave.html", context, status=403 if why_not and form.is_bound else status
    )


@login_required
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """I keep my account."""
    leaving.stay(request.user)  # type: ignore[arg-type]
    request.session.pop(leaving.FLAG, None)
    return done(request, reverse("shell:my-data"), Toast(_("You keep your account: nothing will be deleted.")))


def _ask(request: HttpRequest, form: FarewellForm) -> None:
    typed = form.cleaned_data
    heir = None
    if typed["own"] == FarewellForm.HEIR:
        heir = principal_named(typed["heir"][:200]).user
        if heir is None:
            raise BadInput(_("Choose a person, not a group."))
    session = request.session.session_key or ""
    leaving.ask(request.user, typed["password"], client_address(request.META), heir=heir, session=session)  # type: ignore[arg-type]
    request.session[leaving.FLAG] = True
