"""The landing page with figures, the spaces of everybody, and how the house is."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collab.accounts import mails, ranks
from collab.accounts.actions import registrations
from collab.accounts.models import User
from collab.groups.models import Group
from collab.lib.errors import Forbidden, NotFound
from collab.lib.partials import Toast, done
from collab.mydata import leaving
from collab.rights import explain
from collab.rights.right import Right
from collab.shell import health, held_mail
from collab.shell.space_forms import RoomForm
from collab.shell.views.administration.gate import CLOSED, administrators
from collab.spaces import actions
from collab.spaces.house_settings import administrators_enter
from collab.spaces.models import Space


@login_required
def landing(request: HttpRequest) -> HttpResponse:
    """People, groups, spaces, room taken, and whether all is well; to space managers, their own spaces alone."""
    if not ranks.may(request.user, "set.docspace"):
        return _of_manager(request)
    context = {
        "people": User.objects.filter(is_active=True).count(),
        "disabled": User.objects.filter(is_active=False).count(),
        "waiting": registrations.waiting(request.user).count(),  # type: ignore[arg-type]
        "groups": Group.objects.named().count(),
        "spaces": Space.objects.team().living().count(),
        "used": Space.objects.aggregate(total=Sum("used"))["total"] or 0,
        "checks": health.checks(),
        "leaving": leaving.waiting().count(),
    }
    return render(request, "shell/administration/landing.html", context)


def _of_manager(request: HttpRequest) -> HttpResponse:
    if not ranks.may(request.user, "set.room_admin"):
        raise Forbidden(CLOSED)
    mine = Space.objects.allowing(request.actor, Right.MANAGE).team().select_related("created_by")  # type: ignore[attr-defined]
    rows = [(space, len(explain.people_with(space.acl_id, Right.SEE))) for space in mine.order_by("name")[:100]]
    return render(request, "shell/administration/landing_manager.html", {"rows": rows})


@administrators
def spaces(request: HttpRequest) -> HttpResponse:
    """All team spaces, archived ones too. Listing one gives no right to open it."""
    visible = set(Space.objects.visible_to(request.actor).values_list("pk", flat=True))  # type: ignore[attr-defined]
    mine = set(Space.objects.allowing(request.actor, Right.MANAGE).values_list("pk", flat=True))  # type: ignore[attr-defined]
    rows = [
        (space, len(explain.people_with(space.acl_id, Right.SEE)), space.pk in visible, space.pk in mine)
        for space in Space.objects.team().select_related("created_by").order_by("archived_at", "name")[:500]
    ]
    return render(request, "shell/administration/spaces.html", {"rows": rows, "may_enter": administrators_enter()})


@administrators
@require_POST
def take_charge(request: HttpRequest, pk: int) -> HttpResponse:
    """Become a manager of a space that one does not manage, of an archived one by bringing it back first."""
    space = Space.objects.team().select_related("acl").filter(pk=pk).first()
    if space is None:
        raise NotFound
    if space.archived_at and administrators_enter():
        actions.restore(request.actor, space)  # type: ignore[attr-defined]
    actions.take_charge(request.actor, space)  # type: ignore[attr-defined]
    text = _("You manage “%(space)s” now. Its log says so.") % {"space": space.name}
    return done(request, reverse("shell:space-members", args=[pk]), Toast(text))


@administrators
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """How much room a space has, and how much of it is taken; seeing that opens nothing."""
    space = Space.objects.team().filter(pk=pk).first()
    if space is None:
        raise NotFound
    form = RoomForm(space, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        before = form.save(request.actor, space)  # type: ignore[attr-defined]
        text = _("The room of “%(space)s” is set.") % {"space": space.name}
        toast = Toast(text, request.path, before)
        return done(request, reverse("shell:administration-spaces"), toast)
    context = {"space": space, "form": form}
    return render(request, "shell/administration/room.html", context, status=400 if form.errors else 200)


@administrators
def health_page(request: HttpRequest) -> HttpResponse:
    """Each part of the house, with a figure and, where needed, what to do."""
    return _health(request)


@administrators
@require_POST
def test_mail(request: HttpRequest) -> HttpResponse:
    """Send a message to oneself by the way of all others, and say what the mail server answered."""
    email = request.user.email  # type: ignore[union-attr]
    if not email or not settings.MAIL_URL:
        return _health(request)
    try:
        mails.send_test(email)
    except OSError as error:
        return _health(request, mails.reason(error))
    return done(
        request,
        reverse("shell:administration-health"),
        Toast(_("A test mail left for %(email)s. Look whether it arrives.") % {"email": email}),
    )


def _health(request: HttpRequest, mail_error: str = "") -> HttpResponse:
    context = {
        "checks": health.checks(),
        "held": held_mail.waiting(),
        "mails": bool(settings.MAIL_URL),
        "mail_host": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}",
        "mail_error": mail_error,
    }
    return render(request, "shell/administration/health.html", context, status=503 if mail_error else 200)
