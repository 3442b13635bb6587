"""The audit log: read, narrowed, exported; nobody changes it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from collab.accounts.models import User
from collab.registry import house
from collab.shell import members
from collab.shell.auditing import exporting, finding, sentences
from collab.shell.views.administration.gate import administrators


@administrators
@never_cache
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """What was done to rights, accounts, links and settings, the newest first."""
    form = finding.WantedForm(request.GET or None)
    good = not form.is_bound or form.is_valid()
    wanted = form.wanted if form.is_bound and good else finding.Wanted()
    page = finding.page(wanted, request.GET.get("after", "")) if good else finding.Page()
    known = sentences.seen_by(request.actor, page.entries)
    people = User.objects.order_by("-is_active", "display_name")[: members.SHOWN]
    context = {
        "form": form,
        "rows": [sentences.tell(entry, known) for entry in page.entries],
        "more": _query(request, after=page.more) if page.more else "",
        "narrowed": wanted != finding.Wanted() or not good,
        "suggestions": [f"{person} ({person.username})" for person in people],
        "days": house.get("audit.days"),
    }
    return render(request, "shell/administration/audit.html", context, status=200 if good else 400)


@administrators
@require_POST
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The same as a table to download; a form, so that no other site can have it sent."""
    form = finding.WantedForm(request.POST)
    if not form.is_valid():
        return render(request, "shell/administration/audit.html", {"form": form, "rows": []}, status=400)
    lines = exporting.export(request.actor, form.wanted)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"audit-{timezone.localdate():%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _query(request: HttpRequest, **more: str) -> str:
    query = request.GET.copy()
    for name, value in more.items():
        query[name] = value
    return query.urlencode()
