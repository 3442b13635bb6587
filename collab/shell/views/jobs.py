"""How far a job is: a page, or the part of it that asks again each second."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from collab.lib.errors import NotFound
from collab.lib.partials import is_fragment
from collab.shell.jobs import find_job


@login_required
@never_cache
@require_safe
def job(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What I wait for; nobody else finds it."""
    found = find_job(request.user, pk)
    if found is None:
        raise NotFound
    return render(request, "shell/jobs/_job.html" if is_fragment(request) else "shell/jobs/page.html", {"job": found})
