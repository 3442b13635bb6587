"""The demo association meets."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from calendars import queries, ranges
from calendars.models import Calendar, CalendarObject
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
