"""Jobs as those who wait for them see them: found by their own person only."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from collab.events.models import Job

LATELY = timedelta(days=1)
SHOWN = 5


def find_job(user: Any, pk: Any) -> Job | None:
    """Return the person's own job; somebody else's is not there."""
    try:
        number = uuid.UUID(str(pk))
    except ValueError:
        return None
    return Job.objects.filter(pk=number, actor=user).first()


def block(request: HttpRequest) -> str:
    """Return the block of the home page: what goes on for me, and what failed lately."""
    if not getattr(request, "is_busy", True):
        return ""
    mine = Job.objects.filter(actor=request.user, updated_at__gt=timezone.now() - LATELY)  # type: ignore[misc]
    rows = list(mine.exclude(state=Job.State.DONE).exclude(title="").order_by("-created_at")[:SHOWN])
    return render_to_string("shell/jobs/_block.html", {"jobs": rows}, request) if rows else ""
