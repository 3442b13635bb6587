"""Two questions that machines ask: does the process answer, and is the house well."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from collab.shell import health


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers; asks nobody."""
    return JsonResponse({"status": "ok"})


@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, Redis, disk, queue and migrations are well, else 503 with the names of what is not."""
    bad = [str(check.title) for check in health.checks() if check.state == "danger"]
    if not bad and _unapplied():
        bad = ["migrations"]
    return JsonResponse({"status": "ok" if not bad else "unready", "failing": bad}, status=503 if bad else 200)


def _unapplied() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
