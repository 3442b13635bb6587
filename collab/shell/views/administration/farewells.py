"""Who asked that their account ends, for administrators: they may do it before its day."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collab.accounts import ranks
from collab.lib.partials import Toast, done
from collab.mydata import leaving
from collab.shell import deleting
from collab.shell.answers import under_way
from collab.shell.views.administration.gate import administrators

SHOWN = 100


@administrators
def listing(request: HttpRequest) -> HttpResponse:
    """Those who wait, the next one first, and what stands in the way of one."""
    waiting = leaving.waiting()
    rows = [(one, _may(request, one)) for one in waiting[:SHOWN]]
    return render(request, "shell/administration/farewells.html", {"rows": rows, "count": waiting.count()})


@administrators
@require_POST
def now(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the account before its day, as its person wished."""
    one = leaving.waiting().filter(pk=pk).first()
    if one is not None and _may(request, one) and deleting.takes_long(one.person):
        return under_way(request, deleting.begin_farewell(request.user, one))
    name = leaving.carry_out(request.user, pk)  # type: ignore[arg-type]
    text = _("The account of %(name)s is deleted, as they had asked.") % {"name": name}
    return done(request, reverse("shell:administration-farewells"), Toast(text))


def _may(request: HttpRequest, one: leaving.Farewell) -> bool:
    return request.user.pk != one.person_id and ranks.may_edit(request.user, one.person)  # type: ignore[arg-type]
