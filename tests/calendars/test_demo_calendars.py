"""The demo association meets."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from calendars import queries, ranges
from calendars.models import AppointmentPage, Calendar, CalendarObject, Hold, Taking
from collab.accounts.models import User
from collab.rights.right import Right
from tests import town as make
from tests.files.web import signed_in, text

pytestmark = pytest.mark.django_db


def test_it_has_what_the_association_needs(store):
    call_command("demo", verbosity=0)
    noemie = User.objects.get(username="noemie")
    board = Calendar.objects.get(title="Dates du conseil d’administration")
    mask = make.mask_on(noemie, board)
    assert mask & Right.SEE
    home = queries.home(make.act(noemie))
    assert board.pk in {one.calendar.pk for one in home}
    since = timezone.now() - timedelta(days=7)
    zone = timezone.get_current_timezone()
    found = ranges.between(make.act(noemie), home, since, since + timedelta(days=60), zone)
    assert "Conseil d’administration" in {one.title for one in found}
    assert CalendarObject.objects.filter(
        calendar__title="Vacances scolaires · Zone A", summary="Vacances de Noël"
    ).exists()
    mireille = User.objects.get(username="mireille")
    page = signed_in(mireille).get("/calendars/?view=week")
    assert "Badminton" in text(page)
    assert "Réserver le gymnase" in text(signed_in(mireille).get("/mine/"))
    assert not CalendarObject.objects.exclude(problems=[]).exists()
    page = AppointmentPage.objects.get(title="Découvrir nos activités")
    assert page.appointments.get().event.calendar_id == page.calendar_id
    room = Calendar.objects.get(title="Salle 2")
    assert Hold.objects.filter(calendar=room).count() >= 8
    bus = CalendarObject.objects.filter(calendar__title="Minibus")
    assert sorted(bus.values_list("status", flat=True)) == ["CONFIRMED", "TENTATIVE"]
    assert page_of(noemie, "/calendars/booking/").count("free__row") == 2
    plan = Taking.objects.filter(shift__event__summary="Tournoi de Noël")
    assert sorted(plan.values_list("shift__name", "place"), key=str) == [
        ("Buvette", 1), ("Buvette", 2), ("Conduire le minibus", 1), ("Conduire le minibus", None),
    ]  # fmt: skip


def page_of(who, url):
    return text(signed_in(who).get(url))
